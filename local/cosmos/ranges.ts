import { hashPrefix } from "./effective-key-v1.ts";
import { ItemFeed } from "./item-feed.ts";
import type { PartitionKeyDefinition } from "./partition-key.ts";

/** A partition key range: a part of the space of effective partition keys. */
export interface PartitionRange {
  readonly id: string;
  readonly min: string;
  readonly max: string;
  /** The number of its items. */
  size: number;
  readonly feed: ItemFeed;
}

/** The throughput that one range supports in the service. */
const perRange = 10_000;

/** The number of ranges that the service creates for a container with this throughput. */
export const rangesFor = (throughput: number): number => Math.ceil(throughput / perRange);

/** Splits the space of effective partition keys into ranges of equal size. */
export function makeRanges(
  count: number,
  definition: PartitionKeyDefinition,
  items: { lsnOf(row: number): number },
): PartitionRange[] {
  const ends = ["", ...Array.from({ length: count - 1 }, (_, at) => boundary(at + 1, count, definition)), "FF"];
  return Array.from({ length: count }, (_, at) => ({
    id: String(at),
    min: ends[at] ?? "",
    max: ends[at + 1] ?? "FF",
    size: 0,
    feed: new ItemFeed(items),
  }));
}

function boundary(part: number, of: number, { version }: PartitionKeyDefinition): string {
  if (version !== 2) return hashPrefix(Math.floor((part * 2 ** 32) / of));
  const hash = (BigInt(part) * (1n << 126n)) / BigInt(of) - 1n;
  return hash.toString(16).padStart(32, "0").toUpperCase();
}
