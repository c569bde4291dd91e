import type { Parts } from "../../kernel/parts.ts";
import type { Account, Database } from "../account.ts";
import { badRequest } from "../errors.ts";
import { keyText } from "../partition-key.ts";
import { ambientOf } from "../query/built-in.ts";
import { isObject } from "../query/values.ts";
import type { Grant } from "../resource-token.ts";
import { type Permission, permittedKey, type User } from "../users.ts";
import { allowed, type Call, isTrue, jsonBody, type Reply } from "./call.ts";
import { answerDefinitionQuery, isQuery } from "./queries.ts";

/** Seconds, as documented. */
const usualLife = 3600;
const longestLife = 18_000;

/** Handles requests on the users of a database. */
export async function answerUsers(call: Call, account: Account, parts: Parts): Promise<Reply> {
  const [, name = "", , id] = call.segments;
  const { definition } = account.database(name);
  const { users } = account;
  if (id === undefined) {
    if (call.method !== "POST" || isQuery(call)) {
      return answerDefinitionQuery(
        allowed(call, ["GET", "POST"]),
        "Users",
        definition._rid,
        users.of(definition),
        ambientOf(parts),
      );
    }
    const body = jsonBody(call);
    const before =
      isTrue(call, "x-ms-documentdb-is-upsert") && users.of(definition).find((user) => user.id === idOf(body));
    if (before) return reply(200, await users.replace(definition, before, body));
    return reply(201, await users.create(definition, body));
  }
  const user = users.user(definition, id);
  const ifMatch = call.header("if-match");
  switch (allowed(call, ["GET", "PUT", "DELETE"]).method) {
    case "GET":
      return reply(200, user);
    case "PUT":
      return reply(200, await users.replace(definition, user, jsonBody(call), ifMatch));
    default:
      await users.delete(user, ifMatch);
      return { status: 204 };
  }
}

/** Handles requests on the permissions of a user. Each response contains a new token. */
export async function answerPermissions(call: Call, account: Account, parts: Parts): Promise<Reply> {
  const [, name = "", , userId = "", , id] = call.segments;
  const database = account.database(name);
  const { users } = account;
  const user = users.user(database.definition, userId);
  const resourceOf = (link: string): string => JSON.stringify(grantFor(link, account, database));
  const life = lifeOf(call);
  const withToken = (permission: Permission): Permission & { _token?: string } => ({
    ...permission,
    ...tokenOf(permission, account, database, life),
  });
  if (id === undefined) {
    if (call.method !== "POST" || isQuery(call)) {
      const all = users.permissions(user).map(withToken);
      return answerDefinitionQuery(allowed(call, ["GET", "POST"]), "Permissions", user._rid, all, ambientOf(parts));
    }
    const body = jsonBody(call);
    const before =
      isTrue(call, "x-ms-documentdb-is-upsert") && users.permissions(user).find((each) => each.id === idOf(body));
    if (before) return reply(200, withToken(await users.replacePermission(user, before, body, resourceOf)));
    return reply(201, withToken(await users.createPermission(user, body, resourceOf)));
  }
  const permission = users.permission(user, id);
  const ifMatch = call.header("if-match");
  switch (allowed(call, ["GET", "PUT", "DELETE"]).method) {
    case "GET":
      return reply(200, withToken(permission));
    case "PUT":
      return reply(
        200,
        withToken(await users.replacePermission(user, permission, jsonBody(call), resourceOf, ifMatch)),
      );
    default:
      await users.deletePermission(permission, ifMatch);
      return { status: 204 };
  }
}

const idOf = (body: unknown): unknown => (isObject(body) ? body.id : undefined);

const reply = (status: number, body: User | Permission): Reply => ({ status, body, headers: { etag: body._etag } });

/** Resolves a resource link. @throws a 400 or a 404 */
function grantFor(link: string, account: Account, { definition }: Database): Pick<Grant, "container" | "item"> {
  const [dbs, database = "", colls, container = "", docs, item, ...more] = link
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  const whole = docs === undefined;
  if (
    dbs !== "dbs" ||
    colls !== "colls" ||
    container === "" ||
    more.length > 0 ||
    !(whole || (docs === "docs" && item))
  ) {
    throw badRequest(
      `A permission must be for a container (dbs/…/colls/…) or an item (dbs/…/colls/…/docs/…); the resource is '${link}'.`,
    );
  }
  if (account.database(database).definition._rid !== definition._rid) {
    throw badRequest(`The resource '${link}' is not in the database '${definition.id}' of the user.`);
  }
  const { _rid } = account.container(database, container).definition;
  return { container: _rid, ...(item === undefined ? {} : { item }) };
}

/** Empty if the container no longer exists. */
function tokenOf(permission: Permission, account: Account, database: Database, life: number): { _token?: string } {
  const permitted = permittedKey(permission);
  const part = permitted.length === 0 ? {} : { key: keyText(permitted) };
  try {
    const mode: Grant["mode"] = permission.permissionMode.toLowerCase() === "all" ? "All" : "Read";
    const grant = { mode, ...grantFor(permission.resource, account, database), ...part };
    return { _token: account.users.token(grant, life) };
  } catch {
    return {};
  }
}

function lifeOf(call: Call): number {
  const text = call.header("x-ms-documentdb-expiry-seconds");
  if (text === undefined) return usualLife;
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= longestLife) return seconds;
  throw badRequest(
    `x-ms-documentdb-expiry-seconds is '${text}'; it must be a number of seconds from 1 to ${longestLife}.`,
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
