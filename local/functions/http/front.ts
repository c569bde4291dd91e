import type { IncomingMessage, ServerResponse } from "node:http";
import type { DurableEngine } from "../../durable/engine.ts";
import { readBody, sendEmpty, sendJson } from "../../kernel/http-server.ts";
import type { Parts } from "../../kernel/parts.ts";
import type { LoadedApp } from "../app.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { KeyRing } from "../keys.ts";
import { answerEventGrid } from "../triggers/event-grid-webhook.ts";
import { answerAdmin } from "./admin.ts";
import type { Cors } from "./cors.ts";
import { tellOfCaller } from "./forwarded.ts";
import { toRequestData } from "./request-data.ts";
import { sendResponseData } from "./response-data.ts";
import { forwardToStream } from "./stream.ts";

export interface FrontOptions {
  cors: Cors;
  keys: KeyRing;
  durable: DurableEngine | undefined;
  origin(): string;
  /** The application, once it has loaded; rejects with the reason when there is none. */
  app(): Promise<LoadedApp>;
}

/** Answers every request to the functions host. */
export class HttpFront {
  readonly #parts: Parts;
  readonly #options: FrontOptions;

  constructor(parts: Parts, options: FrontOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = this.#parts.work.begin("functions request");
    try {
      await this.#answer(request, response, end);
    } catch (error) {
      // A caller who has gone away needs no answer.
      if (!request.destroyed || request.complete) throw error;
    } finally {
      end();
    }
  }

  /** `handedOn` is called once others count the request as work: what they wait for must not hold up the clock. */
  async #answer(request: IncomingMessage, response: ServerResponse, handedOn: () => void): Promise<void> {
    const { cors, durable, keys, origin } = this.#options;
    if (cors.handle(request, response)) return;
    const url = requestUrl(request, origin());
    if (url === undefined) return sendJson(response, 400, { code: "BadRequest", message: "The address is malformed." });
    let app: LoadedApp;
    try {
      app = await this.#options.app();
    } catch (error) {
      return sendJson(response, 503, { code: "NoApplication", message: (error as Error).message });
    }
    const path = url.pathname.toLowerCase();
    if (path === "/runtime/webhooks/eventgrid") return this.#eventGrid(app, request, response, url);
    if (path.startsWith("/runtime/webhooks/durabletask") || path.startsWith("/durabletask")) {
      const handled = durable?.handle(request, response);
      handedOn();
      if (await handled) return;
    }
    const isAdmin = path === "/" || path === "/admin" || path.startsWith("/admin/");
    if (isAdmin && (await answerAdmin(this.#parts, app, keys, origin(), request, response, url))) return;
    return this.#http(app, request, response, url, handedOn);
  }

  async #eventGrid(app: LoadedApp, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { keys } = this.#options;
    if (request.method !== "POST")
      return notFound(response, `${request.method} ${url.pathname} is not known; events are sent by POST.`);
    if (!keys.accepts(givenKey(request, url), "system/eventgrid_extension", "master")) {
      return unauthorized(
        response,
        "the system key eventgrid_extension, in the query parameter code or the header x-functions-key",
      );
    }
    const name = url.searchParams.get("functionName") ?? "";
    const definition = app.functions.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (definition?.kind !== "eventGrid" || definition.disabled) {
      const known = app.functions.filter(({ kind }) => kind === "eventGrid").map((candidate) => candidate.name);
      return notFound(response, `There is no Event Grid function "${name}". There are: ${known.join(", ") || "none"}.`);
    }
    const answer = await answerEventGrid(app.invoker, definition, request.headers, await readBody(request));
    if (answer.body) sendJson(response, answer.status, answer.body);
    else sendEmpty(response, answer.status);
  }

  async #http(
    app: LoadedApp,
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    handedOn: () => void,
  ): Promise<void> {
    const found = findRoute(app, request, url);
    if ("refusal" in found) {
      return found.status === 404
        ? notFound(response, found.refusal)
        : sendJson(response, found.status, { code: "BadRequest", message: found.refusal });
    }
    const { definition, params } = found;
    tellOfCaller(request);
    const refusal = this.#missingKey(definition, givenKey(request, url));
    if (refusal !== undefined) return unauthorized(response, refusal);
    if (app.streamOrigin !== undefined) {
      return forwardToStream(
        { app, definition, params, request, response, url, platformCors: this.#options.cors.active, handedOn },
        this.#parts,
      );
    }
    let body: Buffer;
    try {
      body = await readBody(request);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return sendJson(response, 413, { code: "PayloadTooLarge", message: error.message });
    }
    const run = app.invoker.invoke(definition, {
      data: { http: toRequestData(request, url, params, body) },
      traceParent: header(request, "traceparent"),
      traceState: header(request, "tracestate"),
    });
    handedOn();
    const result = await run;
    if (result.ok) sendResponseData(response, result.returnValue?.http, this.#options.cors.active);
    else if (result.cause === "worker") sendJson(response, 503, { code: "WorkerGone", message: result.error.message });
    else sendEmpty(response, 500);
  }

  #missingKey({ name, trigger }: FunctionDefinition, key: string | undefined): string | undefined {
    const level = String(trigger.authLevel ?? "function").toLowerCase();
    const { keys } = this.#options;
    if (level === "anonymous") return undefined;
    if (level === "admin") return keys.accepts(key, "master") ? undefined : "the master key";
    if (keys.accepts(key, `function/${name}`, "host/default", "master")) return undefined;
    return `the key of the function ${name} or of the host, in the header x-functions-key or the query parameter code`;
  }
}

type Found = { definition: FunctionDefinition; params: Record<string, string> } | { status: number; refusal: string };

/** A method that a route does not take is 404 and not 405, as on Azure. */
function findRoute(app: LoadedApp, request: IncomingMessage, url: URL): Found {
  const method = request.method ?? "GET";
  const others = new Set<string>();
  try {
    for (const { target, params } of app.router.match(url.pathname)) {
      if (target.methods.has(method)) return { definition: target.definition, params };
      for (const other of target.methods) others.add(other);
    }
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return { status: 400, refusal: `The address ${url.pathname} has an escape that is not UTF-8.` };
  }
  const hint = others.size > 0 ? ` This address takes ${[...others].join(", ")}.` : "";
  return { status: 404, refusal: `No HTTP function has the route ${method} ${url.pathname}.${hint}` };
}

/** The absolute address that the caller used, by its Host header. */
function requestUrl(request: IncomingMessage, origin: string): URL | undefined {
  const base = request.headers.host === undefined ? origin : `http://${request.headers.host}`;
  const target = request.url ?? "/";
  const text = target.startsWith("/") ? base + target : target;
  return URL.canParse(text) ? new URL(text) : undefined;
}

function givenKey(request: IncomingMessage, url: URL): string | undefined {
  return header(request, "x-functions-key") ?? url.searchParams.get("code") ?? undefined;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function notFound(response: ServerResponse, message: string): void {
  sendJson(response, 404, { code: "NotFound", message });
}

function unauthorized(response: ServerResponse, needed: string): void {
  sendJson(response, 401, { code: "Unauthorized", message: `This needs ${needed}.` });
}
