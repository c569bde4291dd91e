import { badRequest, CosmosError } from "./errors.ts";
import type { Json } from "./query/values.ts";

type Members = { [name: string]: Json };

/** Refuses unknown members: ignoring them would promise unsupported features. @throws a 400 that names them. */
export function refuseUnknown(given: Members, known: readonly string[], where: string): void {
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw badRequest(`${where} has ${unknown.map((name) => `"${name}"`).join(", ")}, which is not supported here.`);
  }
}

/** Refuses features of the service that are not emulated, unless they are turned off. @throws a 400 that names the feature. */
export function requireOff(given: Members, names: readonly string[], where: string): void {
  for (const name of names) {
    if (!isOff(given[name])) throw badRequest(`${where} has "${name}", which is not emulated here.`);
  }
}

/** Absent, null, 0, an empty list, or an object of such values: what clients send for an unused feature. */
function isOff(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.values(value).every(isOff);
}

/** Features that are left out on purpose, by their path segment, with the alternative. */
const leftOut: Record<string, string> = {
  sprocs:
    "Stored procedures are not emulated here. Within a partition key, items.batch() makes several writes or none; use patch() with a condition, or an if-match, for a write that depends on the current item.",
  triggers:
    "Triggers are not emulated here. Do the work of a pre-trigger before the write, and the work of a post-trigger in a function on the change feed.",
  udfs: "User-defined functions are not emulated here. Write the expression into the query, or make it a computed property of the container.",
  clientencryptionkeys:
    "Client-side encryption is not emulated here. Use the container without clientEncryptionOptions.",
  attachments: "Attachments are not emulated here. Keep files in Blob Storage and their address in the item.",
};

/** A 501 for an address that is not emulated. It names the feature if the address is known. */
export function notEmulated({ method, segments }: { method: string; segments: string[] }): CosmosError {
  const kind = segments.find((part, at) => at % 2 === 0 && Object.hasOwn(leftOut, part)) ?? "";
  const why =
    leftOut[kind] ??
    "This is not emulated here. Supported are databases, containers, items, queries, batches, the change feed, users, permissions and offers.";
  return new CosmosError(501, `${method} /${segments.join("/")}: ${why}`);
}
