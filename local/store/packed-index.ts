import { longerThan, Numbers, reorder, resized, sortedRows } from "../kernel/columns.ts";
import { letGo } from "../kernel/let-go.ts";
import { intoScratch, scratch } from "../kernel/text-bytes.ts";
import { Texts } from "../kernel/texts.ts";

/** The position of a record: the slot of its pack, the block, and the record's number in the block. */
export interface Place {
  readonly pack: number;
  readonly block: number;
  readonly at: number;
}

const nowhere = 0xffff;

/**
 * The keys of a table and the positions of their records, in flat arrays: about 26 bytes and the key for each. Objects and strings would take several
 * times
 * that and have to be created one by one at every start. Entries are numbered in the order in which the records were created.
 */
export class PackedIndex {
  readonly #keys = new Texts();
  #dead = 0;
  #length = 8;
  #packs = new Uint16Array(8);
  #blocks = new Uint32Array(8);
  #ats = new Uint16Array(8);
  readonly #born = new Numbers(8);

  get size(): number {
    return this.#keys.count - this.#dead;
  }

  /** One more than the number of the last entry. */
  get end(): number {
    return this.#keys.count;
  }

  /** The entry of a key, or -1. */
  find(key: string): number {
    if (this.size === 0) return -1;
    const length = intoScratch(key);
    return this.#keys.find(scratch.bytes, 0, length);
  }

  /** The same for a key in a buffer, in the encoding of `writeText`. */
  findBytes(bytes: Buffer, start: number, end: number): number {
    return this.#keys.find(bytes, start, end);
  }

  /** Appends a key, which must be new. */
  add(key: Buffer, start: number, end: number, place: Place, born: number): number {
    const entry = this.enter(key, start, end);
    this.#born.set(entry, born);
    this.put(entry, place);
    return entry;
  }

  /** The entry of a key, which is appended if it is new. The caller must then set its position and order number. */
  enter(key: Buffer, start: number, end: number): number {
    const entry = this.#keys.enter(key, start, end);
    if (entry === this.#length) this.#resize(longerThan(entry));
    return entry;
  }

  /** Makes room for this many entries in total, and this many more bytes of keys. */
  reserve(count: number, bytes = 0): void {
    if (count > this.#length) this.#resize(count);
    this.#keys.reserve(count, bytes);
  }

  /** Frees unused space. */
  trim(): void {
    this.#keys.trim();
  }

  /** Sets the position of an entry's record. */
  put(entry: number, { pack, block, at }: Place): void {
    this.#packs[entry] = pack;
    this.#blocks[entry] = block;
    this.#ats[entry] = at;
  }

  /** Removes an entry: its key is no longer found. Entry numbers do not change before `tidy`. */
  remove(entry: number): void {
    this.#keys.remove(entry);
    this.#packs[entry] = nowhere;
    this.#dead++;
  }

  /** Whether an entry was not removed. */
  isAlive(entry: number): boolean {
    return this.#packs[entry] !== nowhere;
  }

  /** Whether this entry's record is at this position, so that there is no newer version elsewhere. */
  isAt(entry: number, pack: number, block: number, at: number): boolean {
    return entry < this.end && this.#packs[entry] === pack && this.#blocks[entry] === block && this.#ats[entry] === at;
  }

  /** The slot of the pack with the record. */
  packOf(entry: number): number {
    return this.#packs[entry] as number;
  }

  /** The block in that pack. */
  blockOf(entry: number): number {
    return this.#blocks[entry] as number;
  }

  /** The record's number in that block. */
  atOf(entry: number): number {
    return this.#ats[entry] as number;
  }

  /** Ascending: the order in which records were created. */
  bornOf(entry: number): number {
    return this.#born.get(entry);
  }

  /** Sets the order number of an entry's record. */
  setBorn(entry: number, born: number): void {
    this.#born.set(entry, born);
  }

  /** The key of an entry. */
  keyOf(entry: number): string {
    return this.#keys.textOf(entry);
  }

  /** Closes the gaps if there are many, and sorts the entries if necessary. Entry numbers change. */
  tidy(): void {
    let ordered = true;
    let last = -1;
    for (let entry = 0; entry < this.end; entry++) {
      if (!this.isAlive(entry)) continue;
      if (this.bornOf(entry) < last) ordered = false;
      last = this.bornOf(entry);
    }
    if (ordered && this.#dead * 2 <= this.end) return;
    const alive = new Uint32Array(this.size);
    let at = 0;
    for (let entry = 0; entry < this.end; entry++) if (this.isAlive(entry)) alive[at++] = entry;
    const order = ordered
      ? alive
      : sortedRows(alive.length, (row) => this.bornOf(alive[row] as number)).map((row) => alive[row] as number);
    this.#keys.reorder(order);
    const scratch = new Float64Array(order.length);
    for (const column of [this.#packs, this.#blocks, this.#ats, this.#born]) reorder(column, order, scratch);
    letGo(scratch);
    this.#dead = 0;
    if (order.length * 2 < this.#length) this.#resize(Math.max(order.length, 8));
  }

  #resize(length: number): void {
    this.#length = length;
    this.#packs = resized(this.#packs, length);
    this.#blocks = resized(this.#blocks, length);
    this.#ats = resized(this.#ats, length);
    this.#born.resize(length);
  }
}
