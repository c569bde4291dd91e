import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../kernel/http-server.ts";
import type { HandleOptions } from "./engine.ts";
import { empty } from "./http-answers.ts";
import type { Api, Call } from "./http-call.ts";
import { handleEntities } from "./http-entities.ts";
import { handleInstance, handleInstances, start } from "./http-instances.ts";
import { rpcPath, webhookPath } from "./urls.ts";

/** Answers a request under the path of the webhooks or of the SDK's rpc form; false when it is neither. */
export async function handle(
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
  { authorized = false }: HandleOptions = {},
): Promise<boolean> {
  const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
  const rpc = isUnder(url.pathname, rpcPath);
  if (!rpc && !isUnder(url.pathname, webhookPath)) return false;
  const settled = api.core.parts.work.begin("durable request");
  try {
    const segments = decoded(url.pathname.slice((rpc ? rpcPath : webhookPath).length));
    const key = url.searchParams.get("code") ?? request.headers["x-functions-key"];
    const hub = url.searchParams.get("taskHub");
    if (!rpc && !authorized && key !== api.systemKey) empty(response, 401, { "www-authenticate": "Bearer" });
    else if (segments === undefined || (hub !== null && hub.toLowerCase() !== api.hubName.toLowerCase()))
      empty(response, 404);
    else {
      const body = (await readBody(request)).toString();
      const base = { origin: url.origin, hubName: api.hubName, systemKey: api.systemKey };
      const { method = "GET", headers } = request;
      await route(api, { method, url, query: url.searchParams, headers, segments, body, base, response, settled });
    }
  } finally {
    settled();
  }
  return true;
}

const isUnder = (path: string, prefix: string) => path.toLowerCase().startsWith(`${prefix}/`);

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
