import type { Container, Item, Partition, PartitionRange } from "../container.ts";
import { effectiveKey } from "../effective-key.ts";
import { badRequest, CosmosError } from "../errors.ts";
import { keyText, type PartitionKey } from "../partition-key.ts";
import { readKey } from "../read-key.ts";
import type { Version } from "../versions.ts";
import type { Call } from "./call.ts";

/** The items of a container that a query or a feed request covers. */
export interface RequestScope {
  /** The single partition, if a complete partition key was given and has items. */
  partition: Partition | undefined;
  ranges: readonly PartitionRange[];
  /** Whether an item of the ranges is included. */
  wanted: (item: Item) => boolean;
  /** All items of the partition are included, or, without a partition, all of the container. */
  complete: boolean;
  /** The request names neither a partition key nor a range. */
  whole: boolean;
}

/** Reads the partition key, range and sub-range headers. @throws a 410 for a range that does not exist. */
export function requestScope(call: Call, container: Container): RequestScope {
  const keyHeader = call.header("x-ms-documentdb-partitionkey");
  if (keyHeader !== undefined) return keyScope(container, readKey(keyHeader));
  const id = call.header("x-ms-documentdb-partitionkeyrangeid");
  const ranges =
    id === undefined ? container.ranges : container.ranges.filter((range) => range.id === id.split(",").at(-1));
  if (ranges.length === 0) {
    throw new CosmosError(410, `The partition key range '${id}' does not exist; read /pkranges again.`, {
      substatus: 1002,
    });
  }
  const complete = ranges.length === container.ranges.length && call.header("x-ms-start-epk") === undefined;
  return { partition: undefined, ranges, wanted: subRange(call, container), complete, whole: id === undefined };
}

function keyScope(container: Container, key: PartitionKey): RequestScope {
  const { paths } = container.definition.partitionKey;
  if (key.length > paths.length) {
    throw badRequest(
      `The partition key has ${key.length} components; the container has ${paths.length} (${paths.join(", ")}).`,
      1001,
    );
  }
  const text = keyText(key);
  if (key.length === paths.length) {
    const partition = container.partitions.get(text);
    const ranges = partition === undefined ? [] : [partition.range];
    const complete = partition !== undefined;
    return { partition, ranges, wanted: (item) => item.partition === partition, complete, whole: false };
  }
  const prefix = text.slice(0, -1);
  const wanted = (item: Item): boolean => key.length === 0 || item.partition.text.startsWith(`${prefix},`);
  return { partition: undefined, ranges: container.ranges, wanted, complete: false, whole: false };
}

function subRange(call: Call, container: Container): (item: { partition: Pick<Partition, "key" | "text"> }) => boolean {
  const start = call.header("x-ms-start-epk");
  const end = call.header("x-ms-end-epk");
  if (start === undefined && end === undefined) return () => true;
  if (start === undefined || end === undefined)
    throw badRequest("The headers x-ms-start-epk and x-ms-end-epk must be sent together.");
  const { partitionKey } = container.definition;
  const known = new Map<string, boolean>();
  return ({ partition }) => {
    let inside = known.get(partition.text);
    if (inside === undefined) {
      const key = effectiveKey(partition.key, partitionKey);
      inside = key >= start && key < end;
      known.set(partition.text, inside);
    }
    return inside;
  };
}

/** Whether the request covers a change of an item. The item and its whole partition may no longer exist. */
export function versionScope(call: Call, container: Container): (version: Version) => boolean {
  const keyHeader = call.header("x-ms-documentdb-partitionkey");
  if (keyHeader !== undefined) {
    const key = readKey(keyHeader);
    keyScope(container, key);
    const text = keyText(key);
    if (key.length === container.definition.partitionKey.paths.length) return (version) => version.key === text;
    return (version) => key.length === 0 || version.key.startsWith(`${text.slice(0, -1)},`);
  }
  const { ranges, whole } = requestScope(call, container);
  const inside = subRange(call, container);
  return (version) => {
    const key = readKey(version.key);
    return (whole || ranges.includes(container.rangeOf(key))) && inside({ partition: { key, text: version.key } });
  };
}
