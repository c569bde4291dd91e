import type { Container, PartitionRange } from "../container.ts";
import { badRequest, CosmosError } from "../errors.ts";
import { readKey } from "../read-key.ts";
import type { Call } from "./call.ts";

/** Of the session tokens here; it grows in an account whose regions change. */
const version = -1;

/**
 * A read that shall see what a session has seen: refused while the container is not that far, as when the token is of another container or account,
 * or of one that was made anew. Of several ranges each is looked at that the request is about. With a weaker consistency the token counts for nothing.
 * @throws a 404 (1002), or a 400 for what is no token
 */
export function checkSession(call: Call, container: Container): void {
  const header = call.header("x-ms-session-token");
  const level = call.header("x-ms-consistency-level") ?? "Session";
  if (header === undefined || header === "" || level.toLowerCase() !== "session") return;
  const range = answeringRange(call, container);
  const asked = new Set((range === undefined ? container.ranges : [range]).map(({ id }) => id));
  for (const part of header.split(",")) {
    const { id, version: given, lsn } = readToken(part);
    if (!asked.has(id) || (given <= version && lsn <= container.lsn)) continue;
    throw new CosmosError(404, "The read session is not available for the input session token.", { substatus: 1002 });
  }
}

/** `range:version#lsn`. Older accounts have tokens without a version, and those of several regions more members; here is none of either. */
function readToken(text: string): { id: string; version: number; lsn: number } {
  const [, id, given, lsn] = /^([^:]+):(-?\d+)#(-?\d+)$/.exec(text.trim()) ?? [];
  if (id === undefined) throw badRequest(`The session token provided '${text}' is invalid.`);
  return { id, version: Number(given), lsn: Number(lsn) };
}

/**
 * Where the range that answered stands, for clients that ask to read their own writes. Clients take one range at a time: what several
 * ranges answered together has no token.
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
