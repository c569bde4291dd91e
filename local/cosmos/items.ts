import { longerThan, Numbers, reorder, resized, sortedRows } from "../kernel/columns.ts";
import { letGo } from "../kernel/let-go.ts";
import { nothing } from "./bodies.ts";
import { ItemIds } from "./item-ids.ts";

/** Marks the row of a removed item. */
const gone = 0xffffffff;
const none = -1;

/** The part of a partition that is needed to find its items. */
export interface Group {
  readonly range: { size: number };
  /** The index of the partition among those of the container that have items. */
  number: number;
  /** The number of its items, and the rows of the first and the last one; -1 for none. */
  size: number;
  first: number;
  last: number;
}

/** What is kept in memory of the latest version of an item. */
export interface Version {
  /** The commit that wrote the version, and its position among the writes of that commit. */
  readonly lsn: number;
  readonly at: number;
  /** The length as JSON, in bytes. */
  readonly size: number;
  /** When it was written, in seconds since the epoch. */
  readonly ts: number;
  /** The item's own time to live in seconds. */
  readonly ttl: number | null;
}

/** What is loaded of an existing item at the start. */
export interface Restored extends Version {
  /** The bytes that contain its id, as UTF-8. */
  readonly bytes: Buffer;
  readonly idStart: number;
  readonly idEnd: number;
  readonly known: unknown[];
}

/** The typical size of an id in bytes, if it contains a UUID. */
const usualId = 24;

/**
 * The in-memory data of a container's items: one row for each, in the order of their numbers, in flat columns. This takes about 80 bytes per item;
 * objects, strings and maps
 * take two to three times that, and the garbage collector visits all of them. Gaps of removed rows are closed once they are the majority. Only then
 * do row numbers
 * change.
 */
export class Items<P extends Group> {
  readonly #ids = new ItemIds();
  readonly #moved: (rows: Int32Array) => void;
  readonly #partitions: (P | undefined)[] = [];
  readonly #free: number[] = [];
  #count = 0;
  #gone = 0;
  #length = 8;
  readonly #numbers = new Numbers(8);
  readonly #lsns = new Numbers(8);
  #ats = new Uint32Array(8);
  #sizes = new Uint32Array(8);
  readonly #times = new Numbers(8);
  /** 0 for none. */
  #ttls = new Int32Array(8);
  readonly #sweeps = new Numbers(8);
  /** The next row of the same partition. Removed rows are unlinked by the next iteration. */
  #next = new Int32Array(8);
  #known: unknown[][] = [];

  /** @param moved receives the new number of each row, -1 for a removed one */
  constructor(moved: (rows: Int32Array) => void) {
    this.#moved = moved;
  }

  get size(): number {
    return this.#count - this.#gone;
  }

  /** Assigns a partition the number under which its items are found. */
  admit(partition: P): void {
    partition.number = this.#free.pop() ?? this.#partitions.length;
    this.#partitions[partition.number] = partition;
  }

  /** Removes a partition that has no more items. */
  dismiss(partition: P): void {
    this.#partitions[partition.number] = undefined;
    partition.first = partition.last = none;
    this.#free.push(partition.number);
  }

  /** The row of an item, or -1. */
  find(partition: P, id: string): number {
    return this.#ids.find(partition.number, id);
  }

  /** Adds an item. Its number must be greater than all before. Rows may move. */
  add(partition: P, id: string, number: number): number {
    if (this.#count === this.#length && this.#gone * 2 > this.#count) this.#close();
    const row = this.#append(partition, number);
    this.#ids.add(partition.number, id);
    this.#link(partition, row);
    return row;
  }

  /** Makes room for this many items at once. */
  reserve(count: number): void {
    const length = longerThan(count);
    if (length <= this.#length) return;
    this.#resize(length);
    this.#ids.reserve(length, count * usualId);
    // Allocated at once: growing in steps would temporarily take several times the memory, and a third too much in the end.
    this.#known = new Array<unknown[]>(count);
  }

  /** Adds an existing item at the start. Items come in any order, and can be found only after `restored`. */
  restore(partition: P, number: number, item: Restored): void {
    const row = this.#append(partition, number);
    this.#ids.restore(partition.number, item.bytes, item.idStart, item.idEnd);
    this.put(row, item, item.known);
  }

  /** Sorts everything that was restored. */
  restored(): void {
    const order = sortedRows(this.#count, (row) => this.numberOf(row));
    if (order.every((row, at) => row === at)) {
      this.#ids.restored();
      this.#linkAll();
    } else this.#reorder(order);
    letGo(order);
  }

  /** Removes an item. Its data can be read until another item is added. */
  remove(row: number): void {
    const partition = this.partitionOf(row);
    this.#ids.remove(row);
    this.#ats[row] = gone;
    this.#known[row] = nothing;
    this.#gone++;
    partition.size--;
    partition.range.size--;
  }

  /** Stores the latest version's data in a row. */
  put(row: number, { lsn, at, size, ts, ttl }: Version, known: unknown[]): void {
    this.#lsns.set(row, lsn);
    this.#ats[row] = at;
    this.#sizes[row] = size;
    this.#times.set(row, ts);
    this.#ttls[row] = ttl ?? 0;
    this.#known[row] = known;
  }

  /** Whether the row has an item that was not removed. */
  isThere(row: number): boolean {
    return this.#ats[row] !== gone;
  }

  /** The id of the item, which is unique within its partition. */
  idOf(row: number): string {
    return this.#ids.idOf(row);
  }

  /** The partition of the item, even of a removed one. */
  partitionOf(row: number): P {
    return this.#partitions[this.#ids.partitionOf(row)] as P;
  }

  /** The number of the item within the container. Its rid is derived from it, and rows are in this order. */
  numberOf(row: number): number {
    return this.#numbers.get(row);
  }

  /** The commit that wrote the latest version; 0 before the first. */
  lsnOf(row: number): number {
    return this.#lsns.get(row);
  }

  /** The position of that write among the writes of its commit. */
  placeOf(row: number): number {
    return this.#ats[row] as number;
  }

  /** The length of the document as JSON, in bytes. */
  sizeOf(row: number): number {
    return this.#sizes[row] as number;
  }

  /** When the latest version was written, in seconds since the epoch. */
  timeOf(row: number): number {
    return this.#times.get(row);
  }

  /** The item's own time to live in seconds, -1 for no expiry; `null` if the container's default applies. */
  ttlOf(row: number): number | null {
    return this.#ttls[row] || null;
  }

  /** The full minute in which the item is removed, in minutes since the epoch; 0 for none. */
  sweptIn(row: number): number {
    return this.#sweeps.get(row);
  }

  /** Sets the full minute in which the item is removed, in minutes since the epoch; 0 for none. */
  sweepIn(row: number, minute: number): void {
    this.#sweeps.set(row, minute);
  }

  /** The document's values that are in memory, one for each column. */
  knownOf(row: number): unknown[] {
    return this.#known[row] as unknown[];
  }

  /** Replaces the document's values that are in memory. */
  know(row: number, known: unknown[]): void {
    this.#known[row] = known;
  }

  /** The rows of all items from this number on. Nothing may be added during the iteration. */
  *rows(from = 0): Generator<number> {
    for (let row = this.#place(from); row < this.#count; row++) if (this.isThere(row)) yield row;
  }

  /** The rows of a partition, in order. */
  *rowsOf(partition: P): Generator<number> {
    let before = none;
    for (let row = partition.first; row !== none; row = this.#next[row] as number) {
      if (this.isThere(row)) {
        yield row;
        before = row;
        continue;
      }
      const next = this.#next[row] as number;
      if (before === none) partition.first = next;
      else this.#next[before] = next;
      if (next === none) partition.last = before;
    }
  }

  #append(partition: P, number: number): number {
    if (this.#count === this.#length) this.#resize(longerThan(this.#length));
    const row = this.#count++;
    this.#numbers.set(row, number);
    this.#lsns.set(row, 0);
    this.#ats[row] = 0;
    this.#sweeps.set(row, 0);
    this.#known[row] = nothing;
    partition.size++;
    partition.range.size++;
    return row;
  }

  #link(partition: P, row: number): void {
    this.#next[row] = none;
    if (partition.last === none) partition.first = row;
    else this.#next[partition.last] = row;
    partition.last = row;
  }

  #resize(length: number): void {
    this.#length = length;
    this.#numbers.resize(length);
    this.#lsns.resize(length);
    this.#ats = resized(this.#ats, length);
    this.#sizes = resized(this.#sizes, length);
    this.#times.resize(length);
    this.#ttls = resized(this.#ttls, length);
    this.#sweeps.resize(length);
    this.#next = resized(this.#next, length);
  }

  /** Closes the gaps. */
  #close(): void {
    const rows = new Int32Array(this.#count).fill(none);
    const order = new Uint32Array(this.size);
    let at = 0;
    for (const row of this.rows()) {
      rows[row] = at;
      order[at++] = row;
    }
    this.#reorder(order);
    this.#moved(rows);
  }

  #reorder(order: Uint32Array): void {
    this.#ids.reorder(order);
    const scratch = new Float64Array(order.length);
    for (const column of [this.#numbers, this.#lsns, this.#ats, this.#sizes, this.#times, this.#ttls, this.#sweeps])
      reorder(column, order, scratch);
    const known = this.#known;
    this.#known = Array.from(order, (row) => known[row] as unknown[]);
    letGo(scratch);
    this.#count = order.length;
    this.#gone = 0;
    this.#linkAll();
  }

  /** Links the rows of each partition. There must be no removed rows. */
  #linkAll(): void {
    for (const partition of this.#partitions) if (partition !== undefined) partition.first = partition.last = none;
    for (let row = 0; row < this.#count; row++) this.#link(this.partitionOf(row), row);
  }

  /** The first row whose number is at least `number`. */
  #place(number: number): number {
    let low = 0;
    let high = number === 0 ? 0 : this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.numberOf(middle) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
