import type { Bodies, Document } from "./bodies.ts";
import type { EqualityIndex } from "./equality-index.ts";
import type { Group, Items } from "./items.ts";
import type { OrderedIndex } from "./ordered-index.ts";
import type { PartitionKey } from "./partition-key.ts";
import type { Path } from "./query/paths-read.ts";
import type { Json, Value } from "./query/values.ts";
import type { PartitionRange } from "./ranges.ts";

/** The items of one partition key value; the unit of transactions and of unique keys. */
export interface Partition extends Group {
  readonly key: PartitionKey;
  readonly text: string;
  readonly range: PartitionRange;
  readonly bodies: Bodies;
  /** Created when a query first needs it. */
  index: EqualityIndex<Item> | undefined;
  /** Created when a query first needs an order. */
  ordered: OrderedIndex<Item> | undefined;
  /** For each unique key of the container: the item id by its values. Created at the first write. */
  unique: Map<string, string>[] | undefined;
}

/** A view of an item at its latest version. Do not keep it: rows move when an item is added. The document is read when it is needed. */
export class Item {
  readonly #items: Items<Partition>;
  #row: number;

  constructor(items: Items<Partition>, row: number) {
    this.#items = items;
    this.#row = row;
  }

  /** The item's row, until rows move. */
  get row(): number {
    return this.#row;
  }

  /** Visits the rows in turn with a single reused object, because there can be very many. */
  static each(items: Items<Partition>, rows: Iterable<number>, look: (item: Item) => void): void {
    const item = new Item(items, 0);
    for (const row of rows) {
      item.#row = row;
      look(item);
    }
  }

  get id(): string {
    return this.#items.idOf(this.#row);
  }

  get number(): number {
    return this.#items.numberOf(this.#row);
  }

  get partition(): Partition {
    return this.#items.partitionOf(this.#row);
  }

  get size(): number {
    return this.#items.sizeOf(this.#row);
  }

  get lsn(): number {
    return this.#items.lsnOf(this.#row);
  }

  get at(): number {
    return this.#items.placeOf(this.#row);
  }

  get ts(): number {
    return this.#items.timeOf(this.#row);
  }

  /** The full minute in which the item is removed; 0 for none. */
  get sweptIn(): number {
    return this.#items.sweptIn(this.#row);
  }

  set sweptIn(minute: number) {
    this.#items.sweepIn(this.#row, minute);
  }

  /** The values that are in memory. */
  get known(): unknown[] {
    return this.#items.knownOf(this.#row);
  }

  set known(known: unknown[]) {
    this.#items.know(this.#row, known);
  }

  /** When the item expires, in milliseconds; `Infinity` for never. */
  get expiresAt(): number {
    return endOf(this.ts, this.#items.ttlOf(this.#row), this.partition.bodies.defaultTtl);
  }

  get doc(): Document {
    return this.partition.bodies.doc(this.number);
  }

  /** The value at a path. */
  value(path: readonly (string | number)[]): Value {
    const { bodies, range } = this.partition;
    return bodies.value(this, path, range.size);
  }

  /** A document with the values at these paths only, if they are in memory. */
  outline(paths: readonly Path[]): Json | undefined {
    const { bodies, range } = this.partition;
    return bodies.outline(this, paths, range.size);
  }
}

/** When an item written at `ts` expires, in milliseconds, by its own time to live and the container's; `Infinity` for never. */
export function endOf(ts: number, ttl: number | null, defaultTtl: number | undefined): number {
  const own = defaultTtl === undefined ? -1 : (ttl ?? defaultTtl);
  return own === -1 ? Number.POSITIVE_INFINITY : (ts + own) * 1000;
}
