import type { IncomingMessage } from "node:http";
import { readBody } from "../kernel/http-server.ts";
import { Refusal } from "../kernel/refusal.ts";
import type { Connection } from "./connection.ts";
import { parseFilter } from "./filter.ts";
import type { Hub, Selection } from "./hub.ts";
import { messageOfBody } from "./message.ts";

export interface Answer {
  status: number;
  body?: unknown;
}

/** One REST call, after the token was checked. */
export interface Call {
  hub: Hub;
  request: IncomingMessage;
  /** The address asked for, with the host that the caller used. */
  url: URL;
  /** Makes a token for a client of this hub. */
  clientToken(query: URLSearchParams): string;
}

/** Names in the path, in the order of the pattern's `*`. */
type Handler = (call: Call, names: [string, string, string]) => Promise<Answer> | Answer;

const done = (status: number): Answer => ({ status });

/** The calls of `@azure/web-pubsub`; success codes are exact, because the SDK takes another one for an error. */
const routes: [method: string, pattern: string, handler: Handler][] = [
  ["POST", ":send", (call) => send(call, call.hub.connections.values())],
  ["POST", "groups/*/:send", (call, [group]) => send(call, call.hub.ofGroup(group), group)],
  ["POST", "users/*/:send", (call, [user]) => send(call, call.hub.ofUser(user))],
  ["POST", "connections/*/:send", (call, [id]) => send(call, [...one(call, id)])],
  ["POST", ":closeConnections", (call) => close(call, call.hub.connections.values())],
  ["POST", "groups/*/:closeConnections", (call, [group]) => close(call, call.hub.ofGroup(group))],
  ["POST", "users/*/:closeConnections", (call, [user]) => close(call, call.hub.ofUser(user))],
  ["DELETE", "connections/*", (call, [id]) => close(call, [...one(call, id)])],
  ["HEAD", "connections/*", ({ hub }, [id]) => done(hub.connections.has(id) ? 200 : 404)],
  ["HEAD", "groups/*", ({ hub }, [group]) => done(hub.ofGroup(group).length > 0 ? 200 : 404)],
  ["HEAD", "users/*", ({ hub }, [user]) => done(hub.ofUser(user).length > 0 ? 200 : 404)],
  ["GET", "groups/*/connections", list],
  ["PUT", "groups/*/connections/*", (call, [group, id]) => forOne(call, id, 200, (it) => call.hub.join(it, group))],
  [
    "DELETE",
    "groups/*/connections/*",
    ({ hub }, [group, id]) => each(204, one({ hub }, id), (it) => hub.leave(it, group)),
  ],
  ["PUT", "users/*/groups/*", ({ hub }, [user, group]) => each(200, hub.ofUser(user), (it) => hub.join(it, group))],
  ["DELETE", "users/*/groups/*", ({ hub }, [user, group]) => each(204, hub.ofUser(user), (it) => hub.leave(it, group))],
  ["DELETE", "users/*/groups", ({ hub }, [user]) => each(204, hub.ofUser(user), (it) => hub.leaveAll(it))],
  ["DELETE", "connections/*/groups", ({ hub }, [id]) => each(204, one({ hub }, id), (it) => hub.leaveAll(it))],
  ["POST", ":addToGroups", (call) => regroup(call, (it, group) => call.hub.join(it, group))],
  ["POST", ":removeFromGroups", (call) => regroup(call, (it, group) => call.hub.leave(it, group))],
  [
    "PUT",
    "permissions/*/connections/*",
    (call, [name, id]) => forOne(call, id, 200, (it) => it.permissions.add(role(call, name))),
  ],
  [
    "DELETE",
    "permissions/*/connections/*",
    (call, [name, id]) => each(204, one(call, id), (it) => it.permissions.delete(role(call, name))),
  ],
  ["HEAD", "permissions/*/connections/*", (call, [name, id]) => done(hasPermission(call, name, id) ? 200 : 404)],
  ["POST", ":generateToken", (call) => ({ status: 200, body: { token: call.clientToken(call.url.searchParams) } })],
];

/** @param path what follows `/api/hubs/{hub}/`, still encoded. @throws Refusal */
export async function callRest(call: Call, path: string): Promise<Answer> {
  const parts = path.split("/").map(decodeURIComponent);
  let known = false;
  for (const [method, pattern, handler] of routes) {
    const names = match(pattern, parts);
    if (names === undefined) continue;
    known = true;
    if (method === call.request.method) return await handler(call, names);
  }
  if (known) throw new Refusal(405, "MethodNotAllowed", `${path} does not take ${call.request.method}.`);
  throw new Refusal(404, "NotFound", `There is no call ${path}.`);
}

function match(pattern: string, parts: string[]): [string, string, string] | undefined {
  const wanted = pattern.split("/");
  if (wanted.length !== parts.length) return undefined;
  const names: string[] = [];
  for (const [index, part] of parts.entries()) {
    if (wanted[index] === "*") names.push(part);
    else if (wanted[index] !== part) return undefined;
  }
  const [a = "", b = "", c = ""] = names;
  return [a, b, c];
}

function* one({ hub }: Pick<Call, "hub">, id: string): Generator<Connection> {
  const connection = hub.connections.get(id);
  if (connection) yield connection;
}

function each(status: number, connections: Iterable<Connection>, act: (connection: Connection) => void): Answer {
  for (const connection of [...connections]) act(connection);
  return done(status);
}

function forOne(call: Call, id: string, status: number, act: (connection: Connection) => void): Answer {
  const connection = call.hub.connections.get(id);
  if (connection === undefined) throw new Refusal(404, "NotFound", `The connection '${id}' is not connected.`);
  act(connection);
  return done(status);
}

async function send(call: Call, to: Iterable<Connection>, group?: string): Promise<Answer> {
  const message = messageOfBody(await readBody(call.request), call.request.headers["content-type"] ?? "");
  call.hub.send(to, message, group === undefined ? { from: "server" } : { from: "group", group }, selection(call.url));
  return done(202);
}

function close(call: Call, which: Iterable<Connection>): Answer {
  call.hub.close(which, call.url.searchParams.get("reason") ?? "", selection(call.url));
  return done(204);
}

function selection({ searchParams }: URL): Selection {
  const filter = searchParams.get("filter");
  const ttl = Number(searchParams.get("messageTtlSeconds") ?? 0);
  if (!(ttl >= 0 && ttl <= 300)) throw new Refusal(400, "BadRequest", "messageTtlSeconds must be from 0 to 300.");
  return {
    excluded: searchParams.getAll("excluded"),
    ...(filter === null ? {} : { matches: parseFilter(filter) }),
    ttlSeconds: ttl,
  };
}

async function regroup(call: Call, act: (connection: Connection, group: string) => void): Promise<Answer> {
  const { groups, filter } = await json(call.request);
  if (!Array.isArray(groups) || !groups.every((group) => typeof group === "string")) {
    throw new Refusal(400, "BadRequest", "The body must have a list of names, groups.");
  }
  if (typeof filter !== "string") throw new Refusal(400, "BadRequest", "The body must have a filter.");
  const matches = parseFilter(filter);
  for (const connection of call.hub.connections.values()) {
    if (matches(connection)) for (const group of groups) act(connection, group);
  }
  return done(200);
}

async function json(request: IncomingMessage): Promise<Record<string, unknown>> {
  try {
    return JSON.parse((await readBody(request)).toString()) as Record<string, unknown>;
  } catch (error) {
    throw new Refusal(400, "BadRequest", `The body is not JSON: ${(error as Error).message}`);
  }
}

/** A page of a group's connections; the token to go on is the number of those already given. */
function list({ hub, url }: Call, [group]: [string, string, string]): Answer {
  const number = (name: string, otherwise: number) => {
    const value = Number(url.searchParams.get(name) ?? otherwise);
    if (Number.isInteger(value) && value >= 0) return value;
    throw new Refusal(400, "BadRequest", `${name} must be a whole number.`);
  };
  const top = number("top", Number.MAX_SAFE_INTEGER);
  const start = number("continuationToken", 0);
  const all = hub.ofGroup(group);
  const end = Math.min(start + Math.min(number("maxpagesize", 200), 200), top, all.length);
  const value = all.slice(start, end).map(({ id, userId }) => ({ connectionId: id, userId }));
  if (end >= Math.min(top, all.length)) return { status: 200, body: { value } };
  const nextLink = new URL(url);
  nextLink.searchParams.set("continuationToken", String(end));
  return { status: 200, body: { value, nextLink: nextLink.href } };
}

function role({ url }: Call, permission: string): string {
  if (permission !== "sendToGroup" && permission !== "joinLeaveGroup") {
    throw new Refusal(
      400,
      "BadRequest",
      `There is no permission '${permission}'; there are sendToGroup and joinLeaveGroup.`,
    );
  }
  const target = url.searchParams.get("targetName");
  return target === null ? `webpubsub.${permission}` : `webpubsub.${permission}.${target}`;
}

function hasPermission(call: Call, permission: string, id: string): boolean {
  const wanted = role(call, permission);
  const connection = call.hub.connections.get(id);
  return (
    connection !== undefined &&
    (connection.permissions.has(wanted) || connection.permissions.has(`webpubsub.${permission}`))
  );
}
