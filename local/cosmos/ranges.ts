import { hashPrefix } from "./effective-key-v1.ts";
import type { PartitionKeyDefinition } from "./partition-key.ts";
import { Sequence } from "./sequence.ts";

/** A part of the space of effective partition keys. */
export interface KeyRange<T> {
  readonly id: string;
  readonly min: string;
  readonly max: string;
  readonly items: Sequence<T>;
  readonly feed: Sequence<T>;
}

/** So much throughput a range carries in the service. */
const perRange = 10_000;

/** How many ranges the service makes of a container with a throughput. */
export const rangesFor = (throughput: number): number => Math.ceil(throughput / perRange);

/** Parts of equal size of the space of effective keys. */
export function makeRanges<T>(count: number, definition: PartitionKeyDefinition): KeyRange<T>[] {
  const ends = ["", ...Array.from({ length: count - 1 }, (_, at) => boundary(at + 1, count, definition)), "FF"];
  return Array.from({ length: count }, (_, at) => ({
    id: String(at),
    min: ends[at] ?? "",
    max: ends[at + 1] ?? "FF",
    items: new Sequence(),
    feed: new Sequence(),
  }));
}

function boundary(part: number, of: number, { version }: PartitionKeyDefinition): string {
  if (version !== 2) return hashPrefix(Math.floor((part * 2 ** 32) / of));
  const hash = (BigInt(part) * (1n << 126n)) / BigInt(of) - 1n;
  return hash.toString(16).padStart(32, "0").toUpperCase();
}
