import { hashOf } from "../kernel/bytes-hash.ts";
import { grown } from "../kernel/columns.ts";
import { letGo } from "../kernel/let-go.ts";
import { intoScratch, readText, scratch } from "../kernel/text-bytes.ts";

/** Where a record lies: the pack, by its slot, the block in it, and which record of the block it is. */
export interface Place {
  readonly pack: number;
  readonly block: number;
  readonly at: number;
}

const nowhere = 0xffff;
const empty = -1;
const removed = -2;

/**
 * The keys of a table and where their records lie, in flat arrays: about 30 bytes and the key for each, where objects and strings take several times
 * that and a start would have to make them one by one. Entries are numbered in the order in which the records came.
 */
export class PackedIndex {
  /** Open addressing over the entries. */
  #slots = new Int32Array(16).fill(empty);
  #used = 0;
  #count = 0;
  #dead = 0;
  #hashes = new Uint32Array(8);
  /** The keys as UTF-8, one after the other, and where each begins. */
  #keys: Buffer = Buffer.alloc(256);
  #starts = new Uint32Array(9);
  #packs = new Uint16Array(8);
  #blocks = new Uint32Array(8);
  #ats = new Uint16Array(8);
  #born = new Float64Array(8);

  get size(): number {
    return this.#count - this.#dead;
  }

  /** One more than the number of the last entry. */
  get end(): number {
    return this.#count;
  }

  /** The entry of a key, or -1. */
  find(key: string): number {
    if (this.#count === this.#dead) return -1;
    const length = intoScratch(key);
    return this.#find(scratch.bytes, 0, length);
  }

  /** The same for a key that stands in a buffer. */
  findBytes(bytes: Buffer, start: number, end: number): number {
    return this.#find(bytes, start, end);
  }

  /** Puts a key at the end, which must not be there. */
  add(key: Buffer, start: number, end: number, place: Place, born: number): number {
    const entry = this.#count;
    const length = end - start;
    const from = this.#starts[entry] as number;
    if (entry === this.#packs.length) this.#grow(entry * 2);
    if (from + length > this.#keys.length) {
      this.#moveKeys(Math.max(this.#keys.length * 2, from + length));
    }
    key.copy(this.#keys, from, start, end);
    this.#starts[entry + 1] = from + length;
    this.#hashes[entry] = hashOf(key, start, end);
    this.#born[entry] = born;
    this.#count++;
    this.put(entry, place);
    this.#used++;
    if (this.#used * 3 > this.#slots.length * 2) this.#rehash();
    else this.#hang(entry);
    return entry;
  }

  /** Makes room for so many entries at once. */
  reserve(count: number): void {
    if (count <= this.#packs.length) return;
    this.#grow(count);
    this.#rehash(count);
  }

  /** Makes room for so many bytes of keys more. */
  reserveKeys(more: number): void {
    const length = this.#starts[this.#count] as number;
    if (length + more <= this.#keys.length) return;
    this.#moveKeys(length + more);
  }

  /** Gives back what was made room for and is not needed. */
  trim(): void {
    const length = this.#starts[this.#count] as number;
    if (this.#keys.length - length > 1024 * 1024) this.#moveKeys(length);
  }

  /** Says where the record of an entry lies by now. */
  put(entry: number, { pack, block, at }: Place): void {
    this.#packs[entry] = pack;
    this.#blocks[entry] = block;
    this.#ats[entry] = at;
  }

  remove(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[entry] as number) & mask;
    while (this.#slots[slot] !== entry) slot = (slot + 1) & mask;
    this.#slots[slot] = removed;
    this.#packs[entry] = nowhere;
    this.#dead++;
  }

  isAlive(entry: number): boolean {
    return this.#packs[entry] !== nowhere;
  }

  isAt(entry: number, pack: number, block: number, at: number): boolean {
    return this.#packs[entry] === pack && this.#blocks[entry] === block && this.#ats[entry] === at;
  }

  packOf(entry: number): number {
    return this.#packs[entry] as number;
  }

  blockOf(entry: number): number {
    return this.#blocks[entry] as number;
  }

  atOf(entry: number): number {
    return this.#ats[entry] as number;
  }

  /** Grows from record to record: the order in which they came. */
  bornOf(entry: number): number {
    return this.#born[entry] as number;
  }

  setBorn(entry: number, born: number): void {
    this.#born[entry] = born;
  }

  keyOf(entry: number): string {
    return readText(this.#keys, this.#starts[entry] as number, this.#starts[entry + 1] as number);
  }

  /** Closes the gaps when they are many, and puts the entries in order when they are not. Numbers of entries change. */
  tidy(): void {
    let ordered = true;
    let last = -1;
    for (let entry = 0; entry < this.#count; entry++) {
      if (this.#packs[entry] === nowhere) continue;
      if ((this.#born[entry] as number) < last) ordered = false;
      last = this.#born[entry] as number;
    }
    if (ordered && this.#dead * 2 <= this.#count) return;
    const alive = new Uint32Array(this.size);
    let at = 0;
    for (let entry = 0; entry < this.#count; entry++) if (this.#packs[entry] !== nowhere) alive[at++] = entry;
    const old = { keys: this.#keys, starts: this.#starts, packs: this.#packs, blocks: this.#blocks, ats: this.#ats };
    const { born, hashes, slots } = { born: this.#born, hashes: this.#hashes, slots: this.#slots };
    if (!ordered) alive.sort((a, b) => (born[a] as number) - (born[b] as number));
    let bytes = 0;
    for (const entry of alive) bytes += (old.starts[entry + 1] as number) - (old.starts[entry] as number);
    const length = Math.max(alive.length, 8);
    this.#slots = new Int32Array(slotsFor(length)).fill(empty);
    this.#used = this.#count = this.#dead = 0;
    this.#hashes = new Uint32Array(length);
    this.#keys = Buffer.allocUnsafeSlow(Math.max(bytes, 256));
    this.#starts = new Uint32Array(length + 1);
    this.#packs = new Uint16Array(length);
    this.#blocks = new Uint32Array(length);
    this.#ats = new Uint16Array(length);
    this.#born = new Float64Array(length);
    for (const entry of alive) {
      const place = {
        pack: old.packs[entry] as number,
        block: old.blocks[entry] as number,
        at: old.ats[entry] as number,
      };
      const start = old.starts[entry] as number;
      this.add(old.keys, start, old.starts[entry + 1] as number, place, born[entry] as number);
    }
    for (const array of [...Object.values(old), born, hashes, slots]) letGo(array);
  }

  #moveKeys(length: number): void {
    const keys = Buffer.allocUnsafeSlow(length);
    this.#keys.copy(keys, 0, 0, this.#starts[this.#count]);
    letGo(this.#keys);
    this.#keys = keys;
  }

  #find(bytes: Buffer, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] as number;
      if (entry === empty) return -1;
      if (entry !== removed && this.#hashes[entry] === hash && this.#hasKey(entry, bytes, start, end)) return entry;
    }
  }

  #hasKey(entry: number, bytes: Buffer, start: number, end: number): boolean {
    const from = this.#starts[entry] as number;
    if ((this.#starts[entry + 1] as number) - from !== end - start) return false;
    for (let at = start; at < end; at++) if (bytes[at] !== this.#keys[from + at - start]) return false;
    return true;
  }

  #hang(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[entry] as number) & mask;
    while ((this.#slots[slot] as number) !== empty) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }

  #rehash(reserved = 0): void {
    letGo(this.#slots);
    this.#slots = new Int32Array(slotsFor(Math.max(this.size, reserved))).fill(empty);
    this.#used = this.size;
    for (let entry = 0; entry < this.#count; entry++) if (this.#packs[entry] !== nowhere) this.#hang(entry);
  }

  #grow(length: number): void {
    this.#hashes = grown(this.#hashes, length);
    this.#starts = grown(this.#starts, length + 1);
    this.#packs = grown(this.#packs, length);
    this.#blocks = grown(this.#blocks, length);
    this.#ats = grown(this.#ats, length);
    this.#born = grown(this.#born, length);
  }
}

/** How many slots so many entries have. */
function slotsFor(entries: number): number {
  let length = 16;
  while (length < entries * 2) length *= 2;
  return length;
}
