import type { IncomingMessage, ServerResponse } from "node:http";
import type { DurableEngine } from "../../durable/engine.ts";
import { meet } from "../../faults/meet.ts";
import { readBody, sendEmpty, sendJson } from "../../kernel/http-server.ts";
import { takeCause } from "../../kernel/near/cause.ts";
import { isThisMachine } from "../../kernel/own-names.ts";
import type { Parts } from "../../kernel/parts.ts";
import type { OpenSpan } from "../../recorder/recorder.ts";
import { recordRequest } from "../../recorder/requests.ts";
import { runOf } from "../../recorder/runs.ts";
import type { LoadedApp } from "../app.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { KeyLevel, KeyRing } from "../keys.ts";
import { answerEventGrid } from "../triggers/event-grid-webhook.ts";
import { oversize, queryValue } from "./address.ts";
import { answerAdmin, refusal } from "./admin.ts";
import type { AdminAnswer } from "./admin-keys.ts";
import { type Call, givenKey, readCall } from "./call.ts";
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
  /** The application, once it has loaded; rejects with the reason if it could not be loaded. */
  app(): Promise<LoadedApp>;
}

const emptyOnAzure = "On Azure the answer is empty, as after any failure.";

/** Handles every request to the functions host. */
export class HttpFront {
  readonly #parts: Parts;
  readonly #options: FrontOptions;

  constructor(parts: Parts, options: FrontOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Handles a request, which counts as work meanwhile. Rejects if the host itself fails, but not if the caller has closed the connection. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = this.#parts.work.begin("functions request");
    try {
      await this.#answer(request, response, end);
    } catch (error) {
      // A caller that has closed the connection needs no response.
      if (!request.destroyed || request.complete) throw error;
    } finally {
      end();
    }
  }

  /** `handedOn` is called once the request is counted as work elsewhere: what that waits for must not hold up the clock. */
  async #answer(request: IncomingMessage, response: ServerResponse, handedOn: () => void): Promise<void> {
    const { cors, origin } = this.#options;
    const { method = "GET", url: target = "/" } = request;
    const tooLong = oversize(method, target, request.rawHeaders);
    if (tooLong) return sendJson(response, tooLong.status, { code: "TooLong", message: tooLong.message });
    if (cors.handle(request, response)) return;
    let call: Call;
    try {
      call = readCall(request, method, target, origin());
    } catch (error) {
      return sendJson(response, 400, { code: "BadRequest", message: (error as Error).message });
    }
    const path = call.path.toLowerCase();
    const dispatch = (span?: OpenSpan) => this.#dispatch(request, response, call, path, handedOn, span);
    const faulty = (span?: OpenSpan) =>
      meet(this.#parts, "functions", "http", `${method} ${call.path}`, response, () => dispatch(span));
    // A caller of the host itself or of a webhook has already recorded what it does.
    if (path === "/" || /^\/(admin|runtime)(\/|$)/.test(path)) {
      const go = path.startsWith("/runtime/webhooks/") ? faulty : dispatch;
      return this.#parts.recorder.under(takeCause(request), () => go());
    }
    await recordRequest(this.#parts.recorder, "functions", request, response, faulty);
  }

  async #dispatch(
    request: IncomingMessage,
    response: ServerResponse,
    call: Call,
    path: string,
    handedOn: () => void,
    span?: OpenSpan,
  ): Promise<void> {
    const { method } = call;
    const { origin } = this.#options;
    let app: LoadedApp;
    try {
      app = await this.#options.app();
    } catch (error) {
      return sendJson(response, 503, { code: "NoApplication", message: (error as Error).message });
    }
    if (path.startsWith("/runtime/webhooks/")) {
      if (await this.#webhook(app, request, response, call, path, handedOn)) return;
    }
    if (path === "/" || path === "/admin" || path.startsWith("/admin/")) {
      const answer = await answerAdmin(this.#parts, app, this.#options.keys, {
        method,
        path: call.path,
        origin: origin(),
        contentType: call.headers.get("content-type"),
        key: this.#options.keys.levelOf(givenKey(call)),
        fromHere: isThisMachine(request.socket),
        body: () => readBody(request),
      });
      if (answer !== undefined) return sendAnswer(response, answer);
    }
    return this.#http(app, request, response, call, handedOn, span);
  }

  /** Handles the webhooks of extensions; returns false for any other address. */
  async #webhook(
    app: LoadedApp,
    request: IncomingMessage,
    response: ServerResponse,
    call: Call,
    path: string,
    handedOn: () => void,
  ): Promise<boolean> {
    const { durable, keys } = this.#options;
    const [, extension] = /^\/runtime\/webhooks\/([^/]+)/.exec(path) ?? [];
    if (extension === undefined) return false;
    const key = keys.levelOf(givenKey(call));
    const wanted = `${extension}_extension`;
    if (key?.level !== "master" && !(key?.level === "system" && key.name === wanted)) {
      sendAnswer(response, refusal(key, `the system key ${wanted} or the master key`));
      return true;
    }
    if (extension === "eventgrid" && webhookMethods.has(call.method)) {
      await this.#eventGrid(app, request, response, call, handedOn);
      return true;
    }
    if (extension === "webpubsub" && app.webPubSub.any && webhookMethods.has(call.method)) {
      await this.#webPubSub(app, request, response, call, handedOn);
      return true;
    }
    const handled = durable?.handle(request, response, { authorized: true });
    handedOn();
    return (await handled) ?? false;
  }

  async #eventGrid(
    app: LoadedApp,
    request: IncomingMessage,
    response: ServerResponse,
    call: Call,
    handedOn: () => void,
  ): Promise<void> {
    const name = queryValue(call.query, "functionname") ?? "";
    // Here the real extension compares names with case.
    const definition = app.functions.find((candidate) => candidate.name === name);
    if (definition?.kind !== "eventGrid" || definition.disabled)
      return sendText(response, 404, `cannot find function: '${name}'`);
    const body = await readBody(request);
    const answering = answerEventGrid(app.invoker, definition, call.method, request.headers, body);
    handedOn();
    const { status, body: text, headers } = await answering;
    if (typeof text === "string") sendText(response, status, text);
    else if (text !== undefined) sendJson(response, status, text);
    else sendEmpty(response, status, headers);
  }

  async #webPubSub(
    app: LoadedApp,
    request: IncomingMessage,
    response: ServerResponse,
    { method }: Call,
    handedOn: () => void,
  ): Promise<void> {
    const body = await readBody(request);
    const answering = app.webPubSub.answer(app.invoker, method, request.headers, body, app.sayOnce);
    handedOn();
    const { status, headers = {}, body: answer = "" } = await answering;
    response.writeHead(status, { "content-length": Buffer.byteLength(answer), ...headers });
    response.end(answer);
  }

  async #http(
    app: LoadedApp,
    request: IncomingMessage,
    response: ServerResponse,
    call: Call,
    handedOn: () => void,
    span: OpenSpan | undefined,
  ): Promise<void> {
    const found = findRoute(app, call);
    if ("refusal" in found) return notFound(response, found.refusal);
    const { definition, params } = found;
    const { keys, cors } = this.#options;
    const key = keys.levelOf(givenKey(call), definition.name);
    const missing = missingKey(definition, key);
    if (missing !== undefined) return unauthorized(response, missing);
    if (definition.disabled && key?.level !== "master") {
      return notFound(response, `${definition.name} is disabled; it runs only with the master key.`);
    }
    tellOfCaller(call.headers, request);
    // A request and the run that responds to it are one span.
    span?.about(runOf(definition.name));
    if (app.streams) {
      const streamed = { app, definition, params, request, response, call, span, platformCors: cors.active, handedOn };
      return forwardToStream(streamed, this.#parts);
    }
    let body: Buffer;
    try {
      body = await this.#body(app, definition, request);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const message = `${error.message} ${emptyOnAzure}`;
      return sendJson(response, 500, { code: "PayloadTooLarge", message }, { connection: "close" });
    }
    const read = { ...call, path: call.escapedPath };
    const run = app.invoker.invokeByPolicy(definition, {
      data: { http: toRequestData(read, params, body) },
      traceParent: call.headers.get("traceparent"),
      traceState: call.headers.get("tracestate"),
      span,
    });
    handedOn();
    const result = await run;
    if (result.ok) {
      sendResponseData(response, result.returnValue?.http, {
        platformCors: cors.active,
        method: call.method,
        accept: call.headers.get("accept"),
        refused: (why) => this.#parts.log.error(`The answer of ${definition.name} cannot be sent. ${why}`),
      });
    } else if (result.cause === "worker")
      sendJson(response, 500, { code: "WorkerGone", message: `${result.error.message} ${emptyOnAzure}` });
    else sendEmpty(response, 500);
  }

  /** As on Azure, a body without a length is empty for the application; the log says so. */
  async #body(app: LoadedApp, { name }: FunctionDefinition, request: IncomingMessage): Promise<Buffer> {
    const body = await readBody(request);
    if (request.headers["content-length"] !== undefined || body.length === 0) return body;
    app.sayOnce(
      `chunked ${name}`,
      `${name} received a body in chunks, without a content-length. On Azure the function then gets no body at all, and neither does it here. Have the caller send a content-length (with a string or bytes as the body, not a stream), or enable HTTP streams: app.setup({ enableHttpStream: true }).`,
    );
    return Buffer.alloc(0);
  }
}

/** The key that an HTTP function requires and the request lacks. */
function missingKey({ name, trigger }: FunctionDefinition, key: KeyLevel | undefined): string | undefined {
  const level = String(trigger.authLevel ?? "function").toLowerCase();
  if (level === "anonymous" || key?.level === "master") return undefined;
  if (level === "admin") return "the master key, in the header x-functions-key or the query parameter code";
  if (key?.level === "function") return undefined;
  return `the key of the function ${name} or of the host, in the header x-functions-key or the query parameter code`;
}

/** The methods that the real host passes on to an extension; any other is 404. */
const webhookMethods: ReadonlySet<string> = new Set(["GET", "POST", "DELETE", "OPTIONS"]);

type Found = { definition: FunctionDefinition; params: Record<string, string> } | { refusal: string };

/** A method that a route does not accept is 404 and not 405, as on Azure. */
function findRoute(app: LoadedApp, { method, path }: Call): Found {
  const others = new Set<string>();
  for (const { target, params } of app.router.match(path)) {
    if (target.methods.has(method)) return { definition: target.definition, params };
    for (const other of target.methods) others.add(other);
  }
  const hint = others.size > 0 ? ` This address accepts ${[...others].join(", ")}.` : "";
  return { refusal: `No HTTP function has the route ${method} ${path}.${hint}` };
}

function sendAnswer(response: ServerResponse, { status, body, headers = {} }: AdminAnswer): void {
  if (body === undefined) sendEmpty(response, status, headers);
  else sendJson(response, status, body, { "content-type": "application/json; charset=utf-8", ...headers });
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

function notFound(response: ServerResponse, message: string): void {
  sendJson(response, 404, { code: "NotFound", message });
}

function unauthorized(response: ServerResponse, needed: string): void {
  sendJson(response, 401, { code: "Unauthorized", message: `This needs ${needed}.` });
}
