import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, sendEmpty, sendJson } from "../../kernel/http-server.ts";
import type { Parts } from "../../kernel/parts.ts";
import type { LoadedApp } from "../app.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { KeyRing } from "../keys.ts";

/** Answers `/` and what is known under `/admin/`; false when the address is neither. Reading needs no key, as with the tools that run locally. */
export async function answerAdmin(
  parts: Parts,
  app: LoadedApp,
  keys: KeyRing,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const path = url.pathname.toLowerCase().replace(/\/+$/, "");
  const reads = request.method === "GET" || request.method === "HEAD";
  const describe = (definition: FunctionDefinition) => describeFunction(definition, origin, app.routePrefix);
  if (reads && path === "") {
    const functions = app.functions.map(({ name, kind, disabled }) => ({ name, trigger: kind, disabled }));
    sendJson(response, 200, { service: "Functions host of the local Azure", state: "Running", functions });
    return true;
  }
  if (reads && path === "/admin/host/status") {
    sendJson(response, 200, {
      id: "local",
      state: "Running",
      version: app.hostVersion,
      processUptime: Math.max(0, parts.clock.now() - app.startedAt),
    });
    return true;
  }
  if (path === "/admin/host/ping") {
    sendEmpty(response, 200);
    return true;
  }
  if (reads && path === "/admin/functions") {
    sendJson(response, 200, app.functions.map(describe));
    return true;
  }
  const [, keyed] = /^\/admin\/functions\/([^/]+)\/keys$/.exec(path) ?? [];
  if (reads && (keyed !== undefined || path === "/admin/host/keys")) {
    tellKeys(app, keys, keyed, request, response);
    return true;
  }
  const [, name] = /^\/admin\/functions\/([^/]+)$/.exec(path) ?? [];
  const definition = app.functions.find((candidate) => candidate.name.toLowerCase() === name);
  if (definition === undefined) return false;
  if (reads) {
    sendJson(response, 200, describe(definition));
    return true;
  }
  if (request.method !== "POST") return false;
  await readBody(request);
  runNow(app, keys, definition, request, response);
  return true;
}

/** Keys are told to who has the master key only, as on Azure: those of the host, or those of one HTTP function. */
function tellKeys(
  app: LoadedApp,
  keys: KeyRing,
  functionName: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!hasMasterKey(keys, request, response)) return;
  const owner = app.functions.find(({ name }) => name.toLowerCase() === functionName);
  if (functionName !== undefined && owner?.kind !== "http") {
    sendJson(response, 404, { code: "NotFound", message: `There is no HTTP function "${functionName}".` });
    return;
  }
  const value = keys.get(owner === undefined ? "host/default" : `function/${owner.name}`);
  sendJson(response, 200, { keys: [{ name: "default", value }], links: [] });
}

/** Whether the request has the master key; answers it when it has not. */
function hasMasterKey(keys: KeyRing, request: IncomingMessage, response: ServerResponse): boolean {
  const key = request.headers["x-functions-key"];
  if (keys.accepts(Array.isArray(key) ? key[0] : key, "master")) return true;
  const message = "This needs the master key, in the header x-functions-key.";
  sendJson(response, 401, { code: "Unauthorized", message });
  return false;
}

/** A timer function can be run beside its schedule, with the master key, as on Azure; the answer does not wait for it. */
function runNow(
  app: LoadedApp,
  keys: KeyRing,
  { name, kind }: FunctionDefinition,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!hasMasterKey(keys, request, response)) return;
  const timer = app.timers.get(name);
  if (timer === undefined) {
    const message = `${name} has the trigger ${kind}; only an enabled timer function can be run through this address here.`;
    sendJson(response, 400, { code: "BadRequest", message });
    return;
  }
  void timer.runNow();
  sendEmpty(response, 202);
}

function describeFunction(definition: FunctionDefinition, origin: string, prefix: string): object {
  const { name, kind, disabled, bindings, trigger } = definition;
  const route = String(trigger.route ?? name).replace(/^\/+/, "");
  return {
    name,
    href: `${origin}/admin/functions/${name}`,
    config: { bindings: Object.entries(bindings).map(([key, binding]) => ({ name: key, ...binding })) },
    invoke_url_template: kind === "http" ? [origin, prefix, route].filter((part) => part !== "").join("/") : null,
    language: "node",
    isDisabled: disabled,
  };
}
