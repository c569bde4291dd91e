import { badRequest } from "./errors.ts";
import type { PartitionKey, PartitionKeyDefinition } from "./partition-key.ts";
import { isShallow, maxValueDepth } from "./query/limits.ts";
import type { Json } from "./query/values.ts";

const longestId = 1023;
const longestKey = 2048;
/** A partition key value of version 1 may have so many bytes: the hash takes no more into account. */
const longestKeyV1 = 101;

/** Checks an id. @throws a 400 for an invalid id */
export function checkItemId(id: Json | undefined): asserts id is string {
  if (typeof id !== "string" || id === "") {
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing.");
  }
  if (/[/\\#]/.test(id) || Buffer.byteLength(id) > longestId) {
    throw badRequest(`The id '${id}' must be at most ${longestId} bytes long and free of / \\ and #.`);
  }
}

/**
 * Checks the documented limits of an item, except for its size.
 * After https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-item-limits
 * @throws a 400 that names the limit
 */
export function checkItemLimits(doc: Json, key: PartitionKey, { version, paths }: PartitionKeyDefinition): void {
  // The page says elsewhere that the depth is unlimited, but the service refuses it (microsoft/botbuilder-dotnet#4755).
  if (!isShallow(doc)) {
    throw badRequest(
      `The request payload is invalid. Ensure to provide a valid request payload. (The item is nested more than ${maxValueDepth} levels deep.)`,
    );
  }
  const most = version === 2 ? longestKey : longestKeyV1;
  for (const [at, component] of key.entries()) {
    const length = typeof component === "string" ? Buffer.byteLength(component) : 0;
    if (length <= most) continue;
    const large =
      version === 2
        ? ""
        : ` The container was created without large partition keys: on Azure, values with the same first ${longestKeyV1} bytes are one partition. Create it with "version": 2 in its partitionKey to allow ${longestKey} bytes.`;
    throw badRequest(
      `The partition key value at ${paths[at]} has ${length} bytes; at most ${most} are allowed.${large}`,
    );
  }
}
