import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, urlOf } from "../kernel/http-server.ts";
import type { HandleOptions } from "./engine.ts";
import { empty, Refused } from "./http-answers.ts";
import type { Api, Call } from "./http-call.ts";
import { handleEntities } from "./http-entities.ts";
import { handleInstance, handleInstances, start } from "./http-instances.ts";
import { Query } from "./http-query.ts";
import { whyNoConnection, whyNoHub } from "./task-hub.ts";
import { webhookPath } from "./urls.ts";

/** Handles a request under the path of the webhooks, which requires the system key; returns false for another path. */
export async function handleWebhook(
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
  { authorized = false }: HandleOptions = {},
): Promise<boolean> {
  const url = urlOf(request);
  if (!isUnder(url.pathname, webhookPath)) return false;
  if (authorized || bringsKey(api, request, url)) await answer(api, request, response, url, webhookPath);
  else empty(response, 401, { "www-authenticate": "Bearer" });
  return true;
}

function bringsKey(api: Api, request: IncomingMessage, url: URL): boolean {
  const header = request.headers["x-functions-key"];
  const key = url.searchParams.get("code") ?? (Array.isArray(header) ? header[0] : header);
  return isSame(key ?? "", api.systemKey);
}

/** Handles a request under `prefix`, which only the application knows; returns false for another path. */
export async function handleRpc(
  api: Api,
  prefix: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = urlOf(request);
  if (!isSame(url.pathname.slice(0, prefix.length + 1), `${prefix}/`)) return false;
  await answer(api, request, response, url, prefix);
  return true;
}

async function answer(
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  prefix: string,
): Promise<void> {
  const body = (await readBody(request)).toString();
  if (request.method !== "GET") api.core.parts.store.makeRoom(body.length);
  const settled = api.core.parts.work.begin("durable request");
  try {
    const segments = decoded(url.pathname.slice(prefix.length));
    if (segments === undefined) return empty(response, 404);
    const query = new Query(url.searchParams);
    const otherStorage = whyNoConnection(api, query.get("connection"));
    if (otherStorage !== undefined) throw otherStorage;
    const otherHub = whyNoHub(api, query.get("taskHub"));
    if (otherHub !== undefined) return refuseHub(api, response, segments, otherHub);
    const base = { origin: url.origin, query: api.addressQuery };
    const { method = "GET", headers } = request;
    await route(api, { method, url, query, headers, segments, body, base, response, settled });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    error.send(response);
  } finally {
    settled();
  }
}

/** An instance of another hub is not found, as recorded. Listing or starting something in another hub is refused with an explanation. */
function refuseHub({ core }: Api, response: ServerResponse, [collection, id]: readonly string[], why: Refused): void {
  if (collection?.toLowerCase() !== "instances" || id === undefined) throw why;
  core.parts.log.warn(why.message);
  empty(response, 404);
}

const isUnder = (path: string, prefix: string) => path.toLowerCase().startsWith(`${prefix}/`);

/** Compares secrets in constant time. */
function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function decoded(path: string): string[] | undefined {
  try {
    return path
      .split("/")
      .filter((segment) => segment !== "")
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

async function route(api: Api, call: Call): Promise<void> {
  const [collection, ...rest] = call.segments;
  switch (collection?.toLowerCase()) {
    case "orchestrators":
      if (call.method === "POST" && (rest.length === 1 || rest.length === 2))
        return start(api, call, rest[0] ?? "", rest[1]);
      break;
    case "instances":
      if (rest.length === 0) return handleInstances(api, call);
      return handleInstance(api, call, rest[0] ?? "", rest.slice(1));
    case "entities":
      return handleEntities(api, call, rest);
  }
  empty(call.response, 404);
}
