import { longerThan, Numbers, reorder, resized, sortedRows } from "../kernel/columns.ts";
import { letGo } from "../kernel/let-go.ts";
import { nothing } from "./bodies.ts";
import { ItemIds } from "./item-ids.ts";

/** As the place of what is gone. */
const gone = 0xffffffff;
const none = -1;

/** Of a partition, what finds its items. */
export interface Group {
  readonly range: { size: number };
  /** Among the partitions of the container that have items. */
  number: number;
  /** How many items it has, and the rows of the first and the last of them; -1 for none. */
  size: number;
  first: number;
  last: number;
}

/** What is kept of the latest version of an item. */
export interface Version {
  /** The commit that wrote it, and its place among the writes of that commit. */
  readonly lsn: number;
  readonly at: number;
  /** As JSON, in bytes. */
  readonly size: number;
  /** When it was written, in seconds since the epoch. */
  readonly ts: number;
  /** Its own time to live in seconds. */
  readonly ttl: number | null;
}

/** What is kept of an item that is there at the start. */
export interface Restored extends Version {
  /** Its id stands in these, as UTF-8. */
  readonly bytes: Buffer;
  readonly idStart: number;
  readonly idEnd: number;
  readonly known: unknown[];
}

/** So many bytes an id has mostly, where it has a UUID. */
const usualId = 24;

/**
 * What is in memory of the items of a container: a row for each, in the order of their numbers, in flat columns: about 80 bytes, where objects, texts and maps
 * take twice to three times that and the collector of garbage goes through all of them. Rows of what is gone are closed once they are the greater part; the numbers of rows
 * change then, and nowhere else.
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
  /** The next row of the same partition; those that are gone are left out when somebody comes by. */
  #next = new Int32Array(8);
  #known: unknown[][] = [];

  /** @param moved told where each row is from now on, -1 for nowhere */
  constructor(moved: (rows: Int32Array) => void) {
    this.#moved = moved;
  }

  get size(): number {
    return this.#count - this.#gone;
  }

  /** Gives a partition the number under which its items are found. */
  admit(partition: P): void {
    partition.number = this.#free.pop() ?? this.#partitions.length;
    this.#partitions[partition.number] = partition;
  }

  /** Lets go of a partition that has no items any more. */
  dismiss(partition: P): void {
    this.#partitions[partition.number] = undefined;
    partition.first = partition.last = none;
    this.#free.push(partition.number);
  }

  /** The row of an item, or -1. */
  find(partition: P, id: string): number {
    return this.#ids.find(partition.number, id);
  }

  /** Adds an item, whose number is greater than any before it. Rows may move. */
  add(partition: P, id: string, number: number): number {
    if (this.#count === this.#length && this.#gone * 2 > this.#count) this.#close();
    const row = this.#append(partition, number);
    this.#ids.add(partition.number, id);
    this.#link(partition, row);
    return row;
  }

  /** Makes room for so many at once. */
  reserve(count: number): void {
    const length = longerThan(count);
    if (length <= this.#length) return;
    this.#resize(length);
    this.#ids.reserve(length, count * usualId);
    // Made at once: growing step by step it would be several times as long for a while, and a third too long in the end.
    this.#known = new Array<unknown[]>(count);
  }

  /** Takes an item of those that are there at the start, which come in any order and are not found until `restored`. */
  restore(partition: P, number: number, item: Restored): void {
    const row = this.#append(partition, number);
    this.#ids.restore(partition.number, item.bytes, item.idStart, item.idEnd);
    this.put(row, item, item.known);
  }

  /** Puts all that was restored in order. */
  restored(): void {
    const order = sortedRows(this.#count, (row) => this.numberOf(row));
    if (order.every((row, at) => row === at)) {
      this.#ids.restored();
      this.#linkAll();
    } else this.#reorder(order);
    letGo(order);
  }

  /** Removes an item. What it had can be read until another one is added. */
  remove(row: number): void {
    const partition = this.partitionOf(row);
    this.#ids.remove(row);
    this.#ats[row] = gone;
    this.#known[row] = nothing;
    this.#gone++;
    partition.size--;
    partition.range.size--;
  }

  /** Gives a row what its latest version has. */
  put(row: number, { lsn, at, size, ts, ttl }: Version, known: unknown[]): void {
    this.#lsns.set(row, lsn);
    this.#ats[row] = at;
    this.#sizes[row] = size;
    this.#times.set(row, ts);
    this.#ttls[row] = ttl ?? 0;
    this.#known[row] = known;
  }

  /** Whether the row has an item; not so from its removal on. */
  isThere(row: number): boolean {
    return this.#ats[row] !== gone;
  }

  /** The id of the item, which is unique within its partition. */
  idOf(row: number): string {
    return this.#ids.idOf(row);
  }

  /** The partition that the item is in, or was. */
  partitionOf(row: number): P {
    return this.#partitions[this.#ids.partitionOf(row)] as P;
  }

  /** The number of the item within the container: its rid is made of it, and rows are in the order of these. */
  numberOf(row: number): number {
    return this.#numbers.get(row);
  }

  /** The commit that wrote its latest version; 0 before the first. */
  lsnOf(row: number): number {
    return this.#lsns.get(row);
  }

  /** The place of that write among those of its commit. */
  placeOf(row: number): number {
    return this.#ats[row] as number;
  }

  /** How long its document is as JSON, in bytes. */
  sizeOf(row: number): number {
    return this.#sizes[row] as number;
  }

  /** When its latest version was written, in seconds since the epoch. */
  timeOf(row: number): number {
    return this.#times.get(row);
  }

  /** Its own time to live in seconds, -1 for ever; `null` where it has none and the container's holds. */
  ttlOf(row: number): number | null {
    return this.#ttls[row] || null;
  }

  /** The full minute in which it is removed, in minutes since the epoch; 0 for none. */
  sweptIn(row: number): number {
    return this.#sweeps.get(row);
  }

  /** Notes the full minute in which it is removed, in minutes since the epoch; 0 for none. */
  sweepIn(row: number, minute: number): void {
    this.#sweeps.set(row, minute);
  }

  /** The values of its document that are in memory, one for each column. */
  knownOf(row: number): unknown[] {
    return this.#known[row] as unknown[];
  }

  /** Keeps values of its document in memory, in place of those so far. */
  know(row: number, known: unknown[]): void {
    this.#known[row] = known;
  }

  /** The rows of all items from a number on. Nothing may be added meanwhile. */
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

  /** Says of each partition which rows it has, when none of them is gone. */
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
