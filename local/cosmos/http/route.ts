import type { Parts } from "../../kernel/parts.ts";
import type { Account } from "../account.ts";
import { readCost } from "../consistency.ts";
import type { Container } from "../container.ts";
import { answeredContainer } from "../definitions.ts";
import { badRequest, notFound } from "../errors.ts";
import { notEmulated } from "../not-emulated.ts";
import { keyText } from "../partition-key.ts";
import { ambientOf } from "../query/built-in.ts";
import { readKey } from "../read-key.ts";
import { Transaction } from "../transaction.ts";
import { answerBatch } from "./batch.ts";
import { allowed, type Call, isTrue, type Reply } from "./call.ts";
import { answerFeed } from "./feed.ts";
import { answerItem, requiredKey } from "./items.ts";
import { answerDefinitionQuery, answerItemList, answerQuery, isPlan, isQuery } from "./queries.ts";
import { askedLevel } from "./request-headers.ts";
import {
  answerAccount,
  answerContainer,
  answerDatabase,
  answerOffer,
  answerRanges,
  createContainer,
  createDatabase,
} from "./resources.ts";
import { checkSession, sessionHeaders } from "./session.ts";
import { answerPermissions, answerUsers } from "./users.ts";

export type Operation =
  | "account"
  | "databases"
  | "containers"
  | "users"
  | "permissions"
  | "offers"
  | "ranges"
  | "conflicts"
  | "create"
  | "upsert"
  | "read"
  | "replace"
  | "patch"
  | "delete"
  | "batch"
  | "bulk"
  | "query"
  | "plan"
  | "list"
  | "feed"
  | "deletePartition"
  | "unknown";

const readsItems: ReadonlySet<Operation> = new Set(["read", "query", "list", "feed"]);
const onItem: Record<string, Operation> = { GET: "read", PUT: "replace", PATCH: "patch", DELETE: "delete" };

/** The operation that a request asks for. */
export function operationOf(call: Call): Operation {
  const { segments, method } = call;
  const [first, , second, , third] = segments;
  if (first === undefined) return "account";
  if (first === "offers") return "offers";
  if (first !== "dbs") return "unknown";
  if (segments.length <= 2) return "databases";
  if (second === "users" && segments.length <= 4) return "users";
  if (second === "users" && third === "permissions" && segments.length <= 6) return "permissions";
  if (second !== "colls") return "unknown";
  if (segments.length <= 4) return "containers";
  if (third === "pkranges" && method === "GET") return "ranges";
  if (third === "conflicts" && segments.length <= 6) return "conflicts";
  if (third === "operations" && segments[5] === "partitionkeydelete") return "deletePartition";
  if (third !== "docs" || segments.length > 6) return "unknown";
  if (segments.length === 6) return onItem[method] ?? "unknown";
  if (method === "GET") return call.header("a-im") === undefined ? "list" : "feed";
  if (method !== "POST") return "unknown";
  if (isPlan(call)) return "plan";
  if (isQuery(call)) return "query";
  if (isTrue(call, "x-ms-cosmos-is-batch-request")) return isTrue(call, "x-ms-cosmos-batch-atomic") ? "batch" : "bulk";
  return isTrue(call, "x-ms-documentdb-is-upsert") ? "upsert" : "create";
}

/** Handles a request. @throws a `CosmosError` for a refusal. */
export async function route(call: Call, operation: Operation, account: Account, parts: Parts): Promise<Reply> {
  const [, database = "", , name = "", , item] = call.segments;
  switch (operation) {
    case "account":
      return answerAccount(call, account);
    case "databases":
      return databases(call, account, parts);
    case "containers":
      return containers(call, account, parts);
    case "offers":
      return offers(call, account, parts);
    case "users":
      return answerUsers(call, account, parts);
    case "permissions":
      return answerPermissions(call, account, parts);
    case "unknown":
      throw notEmulated(call);
  }
  const container = account.container(database, name);
  checkIntended(call, container);
  const reads = readsItems.has(operation);
  const level = askedLevel(call, account.consistency);
  if (reads) checkSession(call, container, level);
  const reply = await answerOn(call, operation, container, parts, item);
  const headers = { ...sessionHeaders(call, container), ...reply.headers };
  return { ...reply, headers: reads ? charged(headers, readCost(level)) : headers };
}

/** The headers with `times` the request units. */
function charged(headers: Record<string, string>, times: number): Record<string, string> {
  const charge = headers["x-ms-request-charge"];
  return charge === undefined ? headers : { ...headers, "x-ms-request-charge": String(times * Number(charge)) };
}

function answerOn(
  call: Call,
  operation: Operation,
  container: Container,
  parts: Parts,
  item: string | undefined,
): Promise<Reply> | Reply {
  switch (operation) {
    case "ranges":
      return answerRanges(call, container);
    case "conflicts":
      return noConflicts(call, container);
    case "deletePartition":
      return deletePartition(call, container, parts);
    case "list":
      return answerItemList(call, container);
    case "feed":
      return answerFeed(call, container);
    case "plan":
    case "query":
      return answerQuery(call, container);
    case "batch":
    case "bulk":
      return answerBatch(call, container, parts);
    default:
      return answerItem(call, container, parts.ids, item);
  }
}

function databases(call: Call, account: Account, parts: Parts): Promise<Reply> | Reply {
  const [, id] = call.segments;
  if (id !== undefined) return answerDatabase(allowed(call, ["GET", "DELETE"]), account, id);
  if (call.method === "POST" && !isQuery(call)) return createDatabase(call, account);
  const all = [...account.databases.values()].map((database) => database.definition);
  return answerDefinitionQuery(allowed(call, ["GET", "POST"]), "Databases", "", all, ambientOf(parts));
}

function offers(call: Call, account: Account, parts: Parts): Promise<Reply> | Reply {
  const [, id] = call.segments;
  if (id !== undefined) return answerOffer(allowed(call, ["GET", "PUT"]), account, id);
  const all = account.allOffers();
  return answerDefinitionQuery(allowed(call, ["GET", "POST"]), "Offers", "", all, ambientOf(parts));
}

async function containers(call: Call, account: Account, parts: Parts): Promise<Reply> {
  const [, database = "", , name] = call.segments;
  if (name !== undefined) {
    const container = account.container(database, name);
    const reply = await answerContainer(allowed(call, ["GET", "PUT", "DELETE"]), account, container);
    return { ...reply, headers: { ...sessionHeaders(call, container), ...reply.headers } };
  }
  if (call.method === "POST" && !isQuery(call)) return createContainer(call, account, database);
  const { definition, containers: all } = account.database(database);
  const definitions = [...all.values()].map((container) => answeredContainer(container.definition));
  const checked = allowed(call, ["GET", "POST"]);
  return answerDefinitionQuery(checked, "DocumentCollections", definition._rid, definitions, ambientOf(parts));
}

/** Deletes all items of a partition key. The service does this in the background; here it is done at once. */
async function deletePartition(call: Call, container: Container, parts: Parts): Promise<Reply> {
  const key = readKey(requiredKey(allowed(call, ["POST"]), container));
  const transaction = new Transaction(container, parts.ids, key);
  const partition = container.partitions.get(keyText(key));
  for (const item of partition === undefined ? [] : container.scan({ partition })(0)) {
    transaction.delete(item.id);
  }
  await transaction.commit();
  return { status: 200 };
}

/** With a single region there are never conflicts. */
function noConflicts(call: Call, { definition }: Container): Reply {
  const [, , , , , id] = call.segments;
  if (id !== undefined) throw notFound(`The conflict '${id}'`);
  allowed(call, ["GET", "POST"]);
  return { status: 200, body: { _rid: definition._rid, Conflicts: [], _count: 0 } };
}

/** A client that knows the container by its rid makes sure that it does not reach another of the same name. @throws a 400. */
function checkIntended(call: Call, { definition }: Container): void {
  const intended = call.header("x-ms-cosmos-intended-collection-rid");
  if (intended === undefined || intended === definition._rid) return;
  throw badRequest(
    `The container ${definition.id} has the rid ${definition._rid}, but the request is for ${intended}.`,
    1024,
  );
}
