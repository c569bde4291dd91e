import type { IncomingMessage } from "node:http";
import { decodedPart } from "../kernel/address.ts";
import { readBody } from "../kernel/http-server.ts";
import type { Recorder } from "../recorder/recorder.ts";
import { checkVersion } from "./api-versions.ts";
import type { Connection } from "./connection.ts";
import { parseFilter } from "./filter.ts";
import { type Hub, type Selection, selected } from "./hub.ts";
import { inUtf8, mediaOf, messageOfBody, mostBytes } from "./message.ts";
import { checkGroupNames, groupRule, isGroupName } from "./names.ts";
import { type PermissionName, permissionNames } from "./permissions.ts";
import { Refusal, shortened } from "./refusal.ts";

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One REST call whose token was checked. */
export interface Call {
  hub: Hub;
  request: IncomingMessage;
  /** The requested address, with the host that the caller used. */
  url: URL;
  recorder: Recorder;
  /** Creates an access token for a client of this hub. */
  clientToken(query: URLSearchParams): string;
}

/** The arguments are the names in the path, in the order of the pattern's `*`. */
type Handler = (call: Call, names: [string, string, string]) => Promise<Answer> | Answer;

/** A call: its path, its query parameters besides `api-version`, and its handler. */
type Route = [method: string, pattern: string, parameters: string, handler: Handler];

const done = (status: number): Answer => ({ status });

/** What does not exist, or is not so. To be told that is no error of the caller. */
const missing = (what: string): Answer => ({ status: 404, headers: { "x-ms-error-code": `${what}.NotExisted` } });
const exists = (found: boolean, what: string): Answer => (found ? done(200) : missing(`Warning.${what}`));

const sendParameters = "excluded filter messageTtlSeconds";
const closeParameters = "excluded reason";

/** The calls of `@azure/web-pubsub`. Success statuses are exact, because the SDK treats any other as an error. */
const routes: Route[] = [
  ["POST", ":send", sendParameters, (call) => send(call, call.hub.connections.values())],
  ["POST", "groups/*/:send", sendParameters, (call, [group]) => send(call, call.hub.ofGroup(group), group)],
  ["POST", "users/*/:send", "filter messageTtlSeconds", (call, [user]) => send(call, call.hub.ofUser(user))],
  ["POST", "connections/*/:send", "messageTtlSeconds", (call, [id]) => send(call, [...one(call, id)])],
  ["POST", ":closeConnections", closeParameters, (call) => close(call, call.hub.connections.values())],
  ["POST", "groups/*/:closeConnections", closeParameters, (call, [group]) => close(call, call.hub.ofGroup(group))],
  ["POST", "users/*/:closeConnections", closeParameters, (call, [user]) => close(call, call.hub.ofUser(user))],
  ["DELETE", "connections/*", "reason", (call, [id]) => close(call, [...one(call, id)])],
  ["HEAD", "connections/*", "", ({ hub }, [id]) => exists(hub.connections.has(id), "Connection")],
  ["HEAD", "groups/*", "", ({ hub }, [group]) => exists(hub.ofGroup(group).length > 0, "Group")],
  ["HEAD", "users/*", "", ({ hub }, [user]) => exists(hub.ofUser(user).length > 0, "User")],
  ["GET", "groups/*/connections", "maxpagesize top continuationToken", list],
  ["PUT", "groups/*/connections/*", "", (call, [group, id]) => forOne(call, id, 200, (it) => call.hub.join(it, group))],
  [
    "DELETE",
    "groups/*/connections/*",
    "",
    ({ hub }, [group, id]) => each(204, one({ hub }, id), (it) => hub.leave(it, group)),
  ],
  ["PUT", "users/*/groups/*", "", addUser],
  [
    "DELETE",
    "users/*/groups/*",
    "",
    ({ hub }, [user, group]) => each(204, hub.ofUser(user), (it) => hub.leave(it, group)),
  ],
  ["DELETE", "users/*/groups", "", ({ hub }, [user]) => each(204, hub.ofUser(user), (it) => hub.leaveAll(it))],
  ["DELETE", "connections/*/groups", "", ({ hub }, [id]) => each(204, one({ hub }, id), (it) => hub.leaveAll(it))],
  ["POST", ":addToGroups", "", (call) => regroup(call, (it, group) => call.hub.join(it, group))],
  ["POST", ":removeFromGroups", "", (call) => regroup(call, (it, group) => call.hub.leave(it, group))],
  ["PUT", "permissions/*/connections/*", "targetName", (call, names) => setPermission(call, names, true)],
  ["DELETE", "permissions/*/connections/*", "targetName", (call, names) => setPermission(call, names, false)],
  ["HEAD", "permissions/*/connections/*", "targetName", checkPermission],
  [
    "POST",
    ":generateToken",
    "userId role minutesToExpire group clientType",
    (call) => ({ status: 200, body: { token: call.clientToken(call.url.searchParams) } }),
  ],
];

/** @param path the path after `/api/hubs/{hub}/`, still encoded. @throws Refusal */
export async function callRest(call: Call, path: string): Promise<Answer> {
  const parts = path.split("/").map(nameIn);
  if (!parts.every((part) => part !== undefined)) {
    throw new Refusal(400, "BadRequest", `The path ${path} has an escape that is not UTF-8.`);
  }
  let found = false;
  for (const [method, pattern, parameters, handler] of routes) {
    const names = match(pattern, parts);
    if (names === undefined) continue;
    found = true;
    if (method !== call.request.method) continue;
    const known = checkVersion(call.url, `${method} ${pattern}`, parameters === "" ? [] : parameters.split(" "));
    checkParameters(call.url, known);
    checkNames(pattern, names);
    return await handler(call, names);
  }
  if (found) throw new Refusal(405, "MethodNotAllowed", `${path} does not take ${call.request.method}.`);
  throw new Refusal(404, "NotFound", `There is no call ${path}.`);
}

/**
 * A decoded segment of a path; `undefined` if it is not UTF-8. An encoded slash stays encoded, as in the service: a name with a slash cannot be said in
 * a path.
 */
const nameIn = (segment: string): string | undefined =>
  decodedPart(segment.replaceAll(/%2f/gi, (slash) => encodeURIComponent(slash)));

/** Checks the names in a path by the segment before them. @throws Refusal 400 for an invalid group name, and for an empty one */
function checkNames(pattern: string, names: readonly string[]): void {
  const kinds = [...pattern.matchAll(/(\w+)\/\*/g)].map(([, kind]) => kind);
  for (const [at, kind] of kinds.entries()) {
    const name = names[at] ?? "";
    if (kind === "groups") checkGroupNames([name]);
    else if (name === "") throw new Refusal(400, "BadRequest", `The path has no name after ${kind}.`, kind);
  }
}

/** Query parameters that may be repeated. */
const repeatable: ReadonlySet<string> = new Set(["excluded", "role", "group"]);

/** Refuses unknown parameters: with a misspelt filter a call would reach everybody. */
function checkParameters({ searchParams }: URL, parameters: string[]): void {
  for (const name of new Set(searchParams.keys())) {
    if (name === "api-version" || parameters.includes(name)) {
      if (searchParams.getAll(name).length === 1 || repeatable.has(name)) continue;
      throw new Refusal(400, "BadRequest", `The query parameter '${name}' occurs more than once.`, name);
    }
    const known = ["api-version", ...parameters].join(", ");
    throw new Refusal(400, "BadRequest", `This call has no query parameter '${name}'; it has ${known}.`, name);
  }
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
  if (connection === undefined) {
    throw new Refusal(404, "Connection.NotExisted", `Connection \`${id}\` is not found.`, "Connection");
  }
  act(connection);
  return done(status);
}

async function send(call: Call, to: Iterable<Connection>, group?: string): Promise<Answer> {
  const body = await bodyOf(call.request);
  const message = messageOfBody(body, call.request.headers["content-type"] ?? "", call.request.headers);
  const narrowed = selection(call.url);
  const reached = [...selected(to, narrowed)];
  const { ttlSeconds } = narrowed;
  call.hub.send(reached, message, group === undefined ? { from: "server" } : { from: "group", group }, { ttlSeconds });
  const span = call.recorder.running;
  span?.is("send", decodedPart(call.url.pathname.split("/").slice(4, -1).join("/")) || "everybody");
  span?.note({
    message: body,
    filter: call.url.searchParams.get("filter") ?? undefined,
    reached: reached.map(({ id, userId }) => userId ?? id),
  });
  return done(202);
}

/** The body of a call. The service wants to know its length beforehand. @throws Refusal 400 */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const length = request.headers["content-length"];
  if (length !== undefined && Number(length) <= mostBytes) return readBody(request);
  const what = length === undefined ? "It is missing" : `It is ${length}`;
  const message = `Invalid Content-Length header. ${what}; a body has at most ${mostBytes} bytes, and must say how many.`;
  throw new Refusal(400, "BadRequest", message);
}

function addUser({ hub }: Call, [user, group]: [string, string, string]): Answer {
  const connections = hub.ofUser(user);
  if (connections.length === 0) throw new Refusal(404, "User.NotExisted", `User \`${user}\` is not found.`, "User");
  return each(200, connections, (it) => hub.join(it, group));
}

function close(call: Call, which: Iterable<Connection>): Answer {
  call.hub.close(which, call.url.searchParams.get("reason") ?? "", selection(call.url));
  return done(204);
}

function selection({ searchParams }: URL): Selection {
  const filter = searchParams.get("filter") ?? "";
  return {
    excluded: new Set(searchParams.getAll("excluded")),
    ...(filter === "" ? {} : { matches: parseFilter(filter) }),
    ttlSeconds: wholeNumber(searchParams, "messageTtlSeconds", 0, 300) ?? 0,
  };
}

/** A whole number in the query, or `undefined` if it is absent. @throws Refusal 400 */
function wholeNumber(query: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Refusal(
    400,
    "BadRequest",
    `${name} is '${text}'; it must be a whole number from ${least} to ${most}.`,
    name,
  );
}

async function regroup(call: Call, act: (connection: Connection, group: string) => void): Promise<Answer> {
  const { groups, filter, ...more } = await json(call.request);
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) {
    throw new Refusal(400, "BadRequest", `The body has no member '${unknown}'; it has groups and filter.`, unknown);
  }
  if (!Array.isArray(groups) || groups.length === 0 || !groups.every(isGroupName)) {
    throw new Refusal(400, "BadRequest", `The body must have a list of names, groups, each ${groupRule}.`, "Groups");
  }
  const said = filter ?? "";
  if (typeof said !== "string") throw new Refusal(400, "BadRequest", "The filter must be a string.", "Filter");
  const matches = said === "" ? () => true : parseFilter(said, "Filter");
  // Chosen before the first change: a filter may ask for the groups.
  const chosen = [...call.hub.connections.values()].filter((connection) => matches(connection));
  for (const connection of chosen) for (const group of groups) act(connection, group);
  return done(200);
}

async function json(request: IncomingMessage): Promise<Record<string, unknown>> {
  const media = mediaOf(request.headers["content-type"] ?? "");
  if (media !== "application/json") {
    const message = `The content type is '${media}'; it must be application/json.`;
    throw new Refusal(415, "UnsupportedMediaType", message);
  }
  const body = inUtf8(await bodyOf(request), request.headers["content-type"] ?? "").toString();
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new Refusal(400, "BadRequest", `The body is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Refusal(400, "BadRequest", "The body must be an object with groups and filter.");
}

/**
 * A page of a group's connections, oldest first. The continuation token has the number of the last connection of the page before, so that none is
 * left out or told twice when others come and go.
 */
function list({ hub, url }: Call, [group]: [string, string, string]): Answer {
  const top = wholeNumber(url.searchParams, "top", 1, 2 ** 31 - 1);
  const size = Math.min(wholeNumber(url.searchParams, "maxpagesize", 1, 200) ?? 200, top ?? 200);
  const after = lastListed(url);
  const rest = hub
    .ofGroup(group)
    .filter(({ number }) => number > after)
    .sort((a, b) => a.number - b.number);
  const page = rest.slice(0, size);
  const value = page.map(({ id, userId }) => ({ connectionId: id, userId }));
  const last = page.at(-1);
  if (last === undefined || rest.length === size || top === size || page.length < size)
    return { status: 200, body: { value } };
  const nextLink = new URL(url);
  nextLink.searchParams.set("continuationToken", tokenFor(url, last.number));
  if (top !== undefined) nextLink.searchParams.set("top", String(top - size));
  return { status: 200, body: { value, nextLink: nextLink.href } };
}

const tokenFor = ({ pathname }: URL, number: number) =>
  Buffer.from(JSON.stringify([pathname, number])).toString("base64url");

/** The number in the continuation token; -1 without one. @throws Refusal 400 if this call has not returned it */
function lastListed(url: URL): number {
  const token = url.searchParams.get("continuationToken");
  if (token === null) return -1;
  const number = Number(/,(\d{1,15})\]$/.exec(Buffer.from(token, "base64url").toString())?.[1]);
  if (Number.isSafeInteger(number) && tokenFor(url, number) === token) return number;
  throw new Refusal(
    400,
    "BadRequest",
    `continuationToken is '${shortened(token)}', which this call has not returned.`,
    "continuationToken",
  );
}

/** The permission and the group that a call is about. @throws Refusal 400 */
function permissionIn({ url }: Call, given: string): { name: PermissionName; group: string } {
  // The service reads the names in any case, and their numbers.
  const name =
    permissionNames[Number(given) - 1] ?? permissionNames.find((each) => each.toLowerCase() === given.toLowerCase());
  if (name === undefined) {
    throw new Refusal(
      400,
      "BadRequest",
      `There is no permission '${given}'; the permissions are ${permissionNames.join(" and ")}.`,
    );
  }
  const group = url.searchParams.get("targetName");
  if (group === null) throw new Refusal(400, "BadRequest", "targetName is missing: the group's name.", "targetName");
  checkGroupNames([group], "targetName");
  return { name, group };
}

function setPermission(call: Call, [given, id]: [string, string, string], allowed: boolean): Answer {
  const { name, group } = permissionIn(call, given);
  const connection = call.hub.connections.get(id);
  if (connection === undefined) {
    if (!allowed) return done(204);
    throw new Refusal(404, "Info.Connection.NotExisted", `Connection \`${id}\` is not found.`, "Connection");
  }
  const changed = connection.permissions.set(name, group, allowed);
  if (changed === "too many") {
    const message = `The connection has too many single groups that are permitted or forbidden by ${name}.`;
    throw new Refusal(409, "Connection.Conflict", message, "Connection");
  }
  if (changed) connection.changed();
  return done(allowed ? 200 : 204);
}

function checkPermission(call: Call, [given, id]: [string, string, string]): Answer {
  const { name, group } = permissionIn(call, given);
  return call.hub.connections.get(id)?.permissions.allows(name, group) ? done(200) : missing("Info.Connection");
}
