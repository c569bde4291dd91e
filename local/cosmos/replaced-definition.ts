import { type ContainerDefinition, lastWriterWins } from "./definitions.ts";
import { badRequest } from "./errors.ts";

type Given = Omit<ContainerDefinition, "_rid" | "_self" | "_etag" | "_ts">;

/**
 * The definition of a container after a client replaces it. Members that can only be set at creation keep their values; kind and version of the
 * partition key and the
 * conflict resolution policy may be omitted.
 * After https://learn.microsoft.com/azure/cosmos-db/partitioning-overview#choose-a-partition-key,
 * https://learn.microsoft.com/azure/cosmos-db/unique-keys and https://learn.microsoft.com/azure/cosmos-db/how-to-manage-conflicts
 * @throws a 400 that names what cannot be changed
 */
export function replacedDefinition(before: ContainerDefinition, given: Given): Given {
  const { id, partitionKey, uniqueKeyPolicy, conflictResolutionPolicy = lastWriterWins } = before;
  const key = given.partitionKey;
  const fixed: [string, unknown, unknown][] = [
    ["id", id, given.id],
    ["partition key", partitionKey.paths, key.paths],
    ["kind of the partition key", partitionKey.kind ?? "Hash", key.kind ?? partitionKey.kind ?? "Hash"],
    ["version of the partition key", partitionKey.version ?? 1, key.version ?? partitionKey.version ?? 1],
    ["unique keys", uniqueKeyPolicy?.uniqueKeys ?? [], given.uniqueKeyPolicy?.uniqueKeys ?? []],
    [
      "conflict resolution policy",
      conflictResolutionPolicy,
      given.conflictResolutionPolicy ?? conflictResolutionPolicy,
    ],
  ];
  for (const [what, was, is] of fixed) {
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    throw badRequest(
      `The ${what} of the container '${id}' cannot be changed from ${JSON.stringify(was)} to ${JSON.stringify(is)}. Create another container, and copy the items.`,
    );
  }
  return { ...given, partitionKey, conflictResolutionPolicy };
}
