import { longerThan, Numbers, reorder, resized, sortedRows } from "../kernel/columns.ts";
import { letGo } from "../kernel/let-go.ts";
import { intoScratch, scratch } from "../kernel/text-bytes.ts";
import { Texts } from "../kernel/texts.ts";

/** Where a record lies: the pack, by its slot, the block in it, and which record of the block it is. */
export interface Place {
  readonly pack: number;
  readonly block: number;
  readonly at: number;
}

const nowhere = 0xffff;

/**
 * The keys of a table and where their records lie, in flat arrays: some 26 bytes and the key for each, where objects and strings take several times
 * that and a start would have to make them one by one. Entries are numbered in the order in which the records came.
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

  /** The same for a key that stands in a buffer, as `writeText` writes it. */
  findBytes(bytes: Buffer, start: number, end: number): number {
    return this.#keys.find(bytes, start, end);
  }

  /** Puts a key at the end, which must not be there. */
  add(key: Buffer, start: number, end: number, place: Place, born: number): number {
    const entry = this.enter(key, start, end);
    this.#born.set(entry, born);
    this.put(entry, place);
    return entry;
  }

  /** The entry of a key, which is put at the end if it is not there: where its record lies is to be said then, and when it came. */
  enter(key: Buffer, start: number, end: number): number {
    const entry = this.#keys.enter(key, start, end);
    if (entry === this.#length) this.#resize(longerThan(entry));
    return entry;
  }

  /** Makes room for so many entries in all, and so many bytes of keys more. */
  reserve(count: number, bytes = 0): void {
    if (count > this.#length) this.#resize(count);
    this.#keys.reserve(count, bytes);
  }

  /** Gives back what was made room for and is not needed. */
  trim(): void {
    this.#keys.trim();
  }

  /** Says where the record of an entry lies by now. */
  put(entry: number, { pack, block, at }: Place): void {
    this.#packs[entry] = pack;
    this.#blocks[entry] = block;
    this.#ats[entry] = at;
  }

  /** Takes an entry out: its key is not found any more. Numbers of entries stay until `tidy`. */
  remove(entry: number): void {
    this.#keys.remove(entry);
    this.#packs[entry] = nowhere;
    this.#dead++;
  }

  /** Whether an entry was not removed. */
  isAlive(entry: number): boolean {
    return this.#packs[entry] !== nowhere;
  }

  /** Whether this is the entry of the record that lies there, and no newer version of it elsewhere. */
  isAt(entry: number, pack: number, block: number, at: number): boolean {
    return entry < this.end && this.#packs[entry] === pack && this.#blocks[entry] === block && this.#ats[entry] === at;
  }

  /** The slot of the pack that has the record. */
  packOf(entry: number): number {
    return this.#packs[entry] as number;
  }

  /** The block in that pack. */
  blockOf(entry: number): number {
    return this.#blocks[entry] as number;
  }

  /** Which record of that block it is. */
  atOf(entry: number): number {
    return this.#ats[entry] as number;
  }

  /** Grows from record to record: the order in which they came. */
  bornOf(entry: number): number {
    return this.#born.get(entry);
  }

  /** Says when the record of an entry came, among the others. */
  setBorn(entry: number, born: number): void {
    this.#born.set(entry, born);
  }

  /** The key of an entry. */
  keyOf(entry: number): string {
    return this.#keys.textOf(entry);
  }

  /** Closes the gaps when they are many, and puts the entries in order when they are not. Numbers of entries change. */
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
