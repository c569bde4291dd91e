import { hasName } from "./core.ts";
import { entityId, parseEntityId } from "./entity-records.ts";
import { unknownFunction } from "./failures.ts";
import { continuation, continuedFrom, empty, json, readJson } from "./http-answers.ts";
import { type Api, type Call, saysJson } from "./http-call.ts";
import { pageSize } from "./limits.ts";

/** `entities[/{name}[/{key}]]`: list, read, signal, delete */
export async function handleEntities(api: Api, call: Call, rest: readonly string[]): Promise<void> {
  const { method, response } = call;
  const [name, key, ...more] = rest;
  if (more.length > 0) return empty(response, 404);
  if (name === undefined || key === undefined) return method === "GET" ? list(api, call, name) : empty(response, 404);
  // A `$` stands for the empty key.
  const own = key === "$" ? "" : key;
  if (method === "GET") return read(api, call, name, own);
  if (method === "POST") return signal(api, call, name, own, call.query.get("op") ?? "");
  if (method === "DELETE") return signal(api, call, name, own, "delete");
  empty(response, 404);
}

function read({ core }: Api, call: Call, name: string, key: string): void {
  const entity = core.tables.entities.get(entityId(name, key));
  if (!entity?.exists || (entity.state ?? "null") === "null") empty(call.response, 404);
  else json(call.response, 200, JSON.parse(entity.state ?? "null"));
}

async function signal(api: Api, call: Call, name: string, key: string, operation: string): Promise<void> {
  const known = api.core.functions().entities;
  if (!hasName(known, name)) return json(call.response, 400, { Message: unknownFunction(name, "entity", known) });
  const plain = call.body === "" ? null : JSON.stringify(call.body);
  const content = saysJson(call) ? readJson(call.response, call.body, true) : { input: plain };
  if (content === undefined) return;
  await api.entities.signal(name, key, operation, content.input);
  empty(call.response, 202);
}

function list({ core }: Api, call: Call, name: string | undefined): void {
  const { query } = call;
  const fetchState = query.flag("fetchState", false);
  const from = query.time("lastOperationTimeFrom") ?? Number.NEGATIVE_INFINITY;
  const to = query.time("lastOperationTimeTo") ?? Number.POSITIVE_INFINITY;
  const size = pageSize(query);
  const start = continuedFrom(call.headers["x-ms-continuation-token"]);
  const found = [...core.tables.entities.values()]
    .filter(({ exists, id }) => exists && (name === undefined || id.startsWith(entityId(name, ""))))
    .filter(({ updated }) => updated >= from && updated <= to)
    .filter(({ id }) => id >= start)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const next = found[size];
  json(
    call.response,
    200,
    found.slice(0, size).map(({ id, updated, state }) => ({
      entityId: parseEntityId(id),
      lastOperationTime: new Date(updated).toISOString(),
      state: fetchState ? (JSON.parse(state ?? "null") as unknown) : null,
    })),
    next === undefined ? {} : continuation(next.id),
  );
}
