import type { Parts } from "../../kernel/parts.ts";
import type { LoadedApp } from "../app.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { KeyLevel, KeyRing } from "../keys.ts";
import { inputOf } from "../triggers/event-grid-webhook.ts";
import { type AdminAnswer, answerKeys } from "./admin-keys.ts";

/** A request under `/admin`. */
export interface AdminRequest {
  method: string;
  /** Decoded, in its original case. */
  path: string;
  /** The origin of this host, as the caller knows it. */
  origin: string;
  contentType: string | undefined;
  /** The access that its key gives. */
  key: KeyLevel | undefined;
  /** Whether the caller is on this machine, and not in the network that the host may be open to. */
  fromHere: boolean;
  body(): Promise<Buffer>;
}

/** Handles `/` and the known addresses under `/admin/`; returns `undefined` for any other address. */
export async function answerAdmin(
  parts: Parts,
  app: LoadedApp,
  keys: KeyRing,
  request: AdminRequest,
): Promise<AdminAnswer | undefined> {
  const path = request.path.replace(/\/+$/, "");
  const lower = path.toLowerCase();
  const reads = request.method === "GET";
  if ((reads || request.method === "HEAD") && path === "") {
    const functions = app.functions.map(({ name, kind, disabled }) => ({ name, trigger: kind, disabled }));
    const body = { service: "Functions host of the local Azure", state: "Running" };
    return { status: 200, body: request.fromHere ? { ...body, functions } : body };
  }
  const open = answerOpen(parts, app, request, lower);
  if (open !== undefined) return open;
  const guarded = await guardedAnswer(app, keys, request, path);
  if (guarded === undefined) return undefined;
  if (request.key?.level !== "master") return refusal(request.key);
  return guarded();
}

/**
 * What is public without a key: for callers on this machine, as with Core Tools, the status and the list of functions. For the network, as on Azure,
 * nothing.
 */
function answerOpen(parts: Parts, app: LoadedApp, request: AdminRequest, path: string): AdminAnswer | undefined {
  const reads = request.method === "GET";
  const told = (body: unknown): AdminAnswer =>
    request.fromHere || request.key?.level === "master" ? { status: 200, body } : refusal(request.key);
  const describe = (definition: FunctionDefinition) => describeFunction(definition, request.origin, app.routePrefix);
  if (reads && path === "/admin/host/status") {
    const processUptime = Math.max(0, parts.clock.now() - app.startedAt);
    const problem = parts.store.problem();
    const state = problem === undefined ? { state: "Running" } : { state: "Error", errors: [problem] };
    return told({ id: "local", ...state, version: app.hostVersion, processUptime });
  }
  const pings = request.method === "GET" || request.method === "POST";
  if (pings && path === "/admin/host/ping") return { status: 200, headers: { "cache-control": "no-store,no-cache" } };
  if (pings && path === "/admin/warmup") return { status: 200 };
  if (reads && path === "/admin/functions") return told(app.functions.map(describe));
  const definition = functionOf(app, /^\/admin\/functions\/([^/]+)$/.exec(path)?.[1]);
  return reads && definition !== undefined ? told(describe(definition)) : undefined;
}

/** What requires the master key, as a function to be called if the caller has it. `undefined` for an unknown address. */
async function guardedAnswer(
  app: LoadedApp,
  keys: KeyRing,
  request: AdminRequest,
  path: string,
): Promise<(() => AdminAnswer | Promise<AdminAnswer>) | undefined> {
  const { method, origin } = request;
  const links = [{ rel: "self", href: origin + path }];
  if (/^\/admin\/host\/extensions$/i.test(path) && method === "GET") {
    return () => ({ status: 200, body: { extensions: [], links } });
  }
  if (/^\/admin\/vfs(?:\/|$)/i.test(path)) {
    return () => ({
      status: 403,
      body: { code: "Forbidden", message: "The application's files are not served here." },
    });
  }
  const ofHost = /^\/admin\/host\/(keys|functionkeys|systemkeys)(?:\/([^/]+))?$/i.exec(path);
  if (ofHost) {
    const scope = ofHost[1]?.toLowerCase() === "systemkeys" ? "system" : "host";
    return () => keysAnswer(keys, scope, ofHost[2], request, path);
  }
  const [, name, what = "", keyName] =
    /^\/admin\/functions\/([^/]+)(?:\/(keys|status)(?:\/([^/]+))?)?$/i.exec(path) ?? [];
  if (name === undefined) return undefined;
  const definition = functionOf(app, name.toLowerCase());
  if (definition === undefined) return () => notFound(`There is no function "${name}".`);
  if (what.toLowerCase() === "status") return method === "GET" ? () => ({ status: 200, body: {} }) : undefined;
  if (what !== "") return () => keysAnswer(keys, `function/${definition.name}`, keyName, request, path);
  return method === "POST" ? () => runNow(app, definition, request) : undefined;
}

async function keysAnswer(
  keys: KeyRing,
  scope: Parameters<typeof answerKeys>[1],
  name: string | undefined,
  request: AdminRequest,
  path: string,
): Promise<AdminAnswer> {
  let body: unknown;
  if (request.method === "PUT") {
    const read = await readJson(request);
    if ("refusal" in read) return read.refusal;
    body = read.value;
  }
  const answer = await answerKeys(keys, scope, name, request.method, request.origin + path, body);
  return answer ?? notFound(`${request.method} ${path} is not known.`);
}

/** 401 without a known key, 403 with a key that gives less access. */
export function refusal(key: KeyLevel | undefined, needed = "the master key"): AdminAnswer {
  const message = `This needs ${needed}, in the header x-functions-key or the query parameter code.`;
  if (key === undefined) {
    return { status: 401, body: { code: "Unauthorized", message }, headers: { "www-authenticate": "Bearer" } };
  }
  const opens = key.level === "system" ? `the webhooks of ${key.name}` : key.level === "function" ? "functions" : "all";
  return {
    status: 403,
    body: { code: "Forbidden", message: `${message} The key in the request is valid only for ${opens}.` },
  };
}

function functionOf(app: LoadedApp, name: string | undefined): FunctionDefinition | undefined {
  return app.functions.find((candidate) => candidate.name.toLowerCase() === name);
}

const notFound = (message: string): AdminAnswer => ({ status: 404, body: { code: "NotFound", message } });

async function readJson(request: AdminRequest): Promise<{ value: unknown } | { refusal: AdminAnswer }> {
  if (!/^\s*(?:application|text)\/(?:[^;]*\+)?json\s*(?:;|$)/i.test(request.contentType ?? "")) {
    const message = "The body must be JSON, and the header content-type must say so.";
    return { refusal: { status: 415, body: { code: "UnsupportedMediaType", message } } };
  }
  try {
    return { value: JSON.parse((await request.body()).toString()) };
  } catch (error) {
    const message = `The body is not JSON: ${(error as Error).message}`;
    return { refusal: { status: 400, body: { code: "BadRequest", message } } };
  }
}

/**
 * Runs a function manually and, as on Azure, without waiting for it: a timer outside its schedule, a warm-up, or an Event Grid function with the
 * event that is the text in the body's `input`.
 */
async function runNow(app: LoadedApp, definition: FunctionDefinition, request: AdminRequest): Promise<AdminAnswer> {
  const read = await readJson(request);
  if ("refusal" in read) return read.refusal;
  const { name, kind, disabled } = definition;
  const wrong = (message: string): AdminAnswer => ({ status: 400, body: { code: "BadRequest", message } });
  if (typeof read.value !== "object" || read.value === null) return wrong('The body is like {"input": "…"}.');
  const timer = app.timers.get(name);
  if (timer !== undefined) {
    void timer.runNow();
    return { status: 202 };
  }
  if (kind === "warmup" && !disabled) {
    void app.invoker.invoke(definition, { data: { json: "{}" } });
    return { status: 202 };
  }
  if (kind !== "eventGrid" || disabled) {
    return wrong(
      `${name} has the trigger ${kind}; only enabled timer, warm-up and Event Grid functions can be run through this address here.`,
    );
  }
  // On Azure the answer is 202, and then the run fails before the function gets anything.
  if (String(definition.trigger.cardinality ?? "one").toLowerCase() === "many")
    return wrong(`${name} gets many events at once; on Azure, too, such a function cannot be run by hand.`);
  const { input } = read.value as { input?: unknown };
  const event = typeof input === "string" ? eventIn(input) : undefined;
  if (typeof input !== "string" || event === undefined)
    return wrong(`The body's "input" must be a string that contains one event, a JSON object.`);
  const { data, metadata } = inputOf(event);
  const whole = { [definition.triggerName]: { json: input } };
  void app.invoker.invokeByPolicy(definition, { data, metadata: { ...metadata, ...whole } });
  return { status: 202 };
}

function eventIn(text: string): Record<string, unknown> | undefined {
  try {
    const event: unknown = JSON.parse(text);
    return typeof event === "object" && event !== null && !Array.isArray(event)
      ? (event as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The real host's description of a function, without the addresses of its files, which are not served here. */
function describeFunction(definition: FunctionDefinition, origin: string, prefix: string): object {
  const { name, kind, disabled, bindings, trigger } = definition;
  const route = String(trigger.route ?? name).replace(/^\/+/, "");
  return {
    name,
    script_root_path_href: null,
    script_href: null,
    config_href: null,
    test_data_href: null,
    href: `${origin}/admin/functions/${name}`,
    invoke_url_template: kind === "http" ? [origin, prefix, route].filter((part) => part !== "").join("/") : null,
    language: "node",
    config: {
      name,
      language: "node",
      bindings: Object.entries(bindings).map(([key, binding]) => ({ ...binding, name: key })),
    },
    files: null,
    test_data: "",
    isDisabled: disabled,
    isDirect: false,
    isProxy: false,
  };
}
