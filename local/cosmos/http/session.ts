import type { ConsistencyLevel } from "../consistency.ts";
import type { Container, PartitionRange } from "../container.ts";
import { badRequest, CosmosError } from "../errors.ts";
import { readKey } from "../read-key.ts";
import type { Call } from "./call.ts";

/** The version in session tokens. In accounts whose regions change, it grows. */
const version = -1;

/**
 * Checks the session token of a read. The read is refused while the container has not reached the token's LSN, for example if the token is from
 * another container or account,
 * or from an earlier container of the same name. If the request covers several ranges, each of them is checked. At any other consistency than Session
 * the token is ignored.
 * @param level the consistency of the request
 * @throws a 404 (1002), or a 400 for an invalid token
 */
export function checkSession(call: Call, container: Container, level: ConsistencyLevel): void {
  const header = call.header("x-ms-session-token");
  if (header === undefined || header === "" || level !== "Session") return;
  const range = answeringRange(call, container);
  const asked = new Set((range === undefined ? container.ranges : [range]).map(({ id }) => id));
  for (const part of header.split(",")) {
    const { id, version: given, lsn } = readToken(part);
    if (!asked.has(id) || (given <= version && lsn <= container.lsn)) continue;
    throw new CosmosError(404, "The read session is not available for the input session token.", { substatus: 1002 });
  }
}

/** `range:version#lsn`. Tokens of older accounts have no version, and those of multi-region accounts have more members; neither exists here. */
function readToken(text: string): { id: string; version: number; lsn: number } {
  const [, id, given, lsn] = /^([^:]+):(-?\d+)#(-?\d+)$/.exec(text.trim()) ?? [];
  if (id === undefined) throw badRequest(`The session token provided '${text}' is invalid.`);
  return { id, version: Number(given), lsn: Number(lsn) };
}

/**
 * The session token of the range that answered, for clients that read their own writes. Clients request one range at a time: a response
 * from several ranges together has no token.
 */
export function sessionHeaders(call: Call, container: Container): Record<string, string> {
  const { definition, database, lsn } = container;
  const range = answeringRange(call, container);
  const token: Record<string, string> =
    range === undefined
      ? {}
      : { "x-ms-session-token": `${range.id}:${version}#${lsn}`, "x-ms-documentdb-partitionkeyrangeid": range.id };
  return {
    ...token,
    "x-ms-content-path": definition._rid,
    "x-ms-alt-content-path": encodeURI(`dbs/${database}/colls/${definition.id}`),
    lsn: String(lsn),
  };
}

function answeringRange(call: Call, container: Container): PartitionRange | undefined {
  const [only, second] = container.ranges;
  if (second === undefined) return only;
  const key = call.header("x-ms-documentdb-partitionkey");
  const components = key === undefined ? [] : readKey(key);
  if (components.length === container.definition.partitionKey.paths.length) return container.rangeOf(components);
  const id = call.header("x-ms-documentdb-partitionkeyrangeid")?.split(",").at(-1);
  return container.ranges.find((range) => range.id === id);
}
