import { hashOf } from "./bytes-hash.ts";
import { longerThan, resized } from "./columns.ts";
import { letGo } from "./let-go.ts";
import { readText } from "./text-bytes.ts";

const empty = -1;
const removed = -2;
/** The hash of a removed row. */
const gone = 0;

/**
 * A set of texts by row: the bytes of all texts in sequence, and a hash index over the rows. Each text takes some 14 bytes plus its own. Strings and
 * a map take several times that, and the garbage collector scans all of them.
 */
export class Texts {
  /** Open addressing over the rows. */
  #slots = new Int32Array(16).fill(empty);
  #used = 0;
  #count = 0;
  #hashes = new Uint32Array(8);
  #starts = new Uint32Array(9);
  #bytes: Buffer = Buffer.alloc(256);

  /** One more than the last row. */
  get count(): number {
    return this.#count;
  }

  /** The buffer with the texts of all rows, valid until one is added. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** The start of a row's text in `bytes`. */
  startOf(row: number): number {
    return this.#starts[row] as number;
  }

  /** The end of a row's text in `bytes`. */
  endOf(row: number): number {
    return this.#starts[row + 1] as number;
  }

  /** The text of a row, from the byte `from` on. */
  textOf(row: number, from = 0): string {
    return readText(this.#bytes, this.startOf(row) + from, this.endOf(row));
  }

  /** The row of a text, or -1. */
  find(bytes: Buffer, start: number, end: number): number {
    return this.#find(hashOf(bytes, start, end), bytes, start, end);
  }

  /** Whether these bytes are the text of the row. */
  has(row: number, bytes: Buffer, start: number, end: number): boolean {
    const from = this.#starts[row] as number;
    if ((this.#starts[row + 1] as number) - from !== end - start) return false;
    for (let at = start; at < end; at++) if (bytes[at] !== this.#bytes[from + at - start]) return false;
    return true;
  }

  /** The row of a text; adds it as the next row if it is new. */
  enter(bytes: Buffer, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const before = this.#find(hash, bytes, start, end);
    if (before !== -1) return before;
    const row = this.#append(hash, bytes, start, end);
    if ((this.#used + 1) * 3 > this.#slots.length * 2) this.hang();
    else {
      this.#used++;
      this.#hang(row);
    }
    return row;
  }

  /**
   * Adds the text of the next row, which must be new, without the index: for many rows at once. None of them can be found before `hang` is called.
   */
  addUnfound(bytes: Buffer, start: number, end: number): void {
    this.#append(hashOf(bytes, start, end), bytes, start, end);
  }

  /** Removes the text of a row from the index; it can still be read. */
  remove(row: number): void {
    const slots = this.#slots;
    let slot = slotOf(this.#hashes[row] as number, slots.length);
    while (slots[slot] !== row) slot = slot + 1 === slots.length ? 0 : slot + 1;
    slots[slot] = removed;
    this.#hashes[row] = gone;
  }

  /** Makes room for this number of rows, and of additional bytes. */
  reserve(rows: number, more = 0): void {
    if (rows > this.#hashes.length) {
      this.#resize(rows);
      this.hang();
    }
    const length = (this.#starts[this.#count] as number) + more;
    if (length > this.#bytes.length) this.#moveBytes(length);
  }

  /** Releases reserved bytes that are not needed. */
  trim(): void {
    const length = this.#starts[this.#count] as number;
    if (this.#bytes.length - length > 1024 * 1024) this.#moveBytes(length);
  }

  /** Rebuilds the index over all rows that are not removed. */
  hang(): void {
    const length = Math.max(16, Math.ceil(this.#hashes.length * 1.5));
    letGo(this.#slots);
    this.#slots = new Int32Array(length).fill(empty);
    this.#used = 0;
    for (let row = 0; row < this.#count; row++) {
      if (this.#hashes[row] === gone) continue;
      this.#hang(row);
      this.#used++;
    }
  }

  /** Keeps only the rows of `order`, in that order. None of them may be removed. */
  reorder(order: Uint32Array): void {
    const length = Math.max(order.length, 8);
    const starts = new Uint32Array(length + 1);
    const hashes = new Uint32Array(length);
    let bytes = 0;
    for (const row of order) bytes += this.endOf(row) - this.startOf(row);
    const closed = Buffer.allocUnsafeSlow(Math.max(bytes, 256));
    for (let row = 0; row < order.length; row++) {
      const before = order[row] as number;
      let to = starts[row] as number;
      for (let at = this.startOf(before); at < this.endOf(before); at++) closed[to++] = this.#bytes[at] as number;
      starts[row + 1] = to;
      hashes[row] = this.#hashes[before] as number;
    }
    for (const array of [this.#starts, this.#hashes, this.#bytes]) letGo(array);
    this.#starts = starts;
    this.#hashes = hashes;
    this.#bytes = closed;
    this.#count = order.length;
    this.hang();
  }

  #find(hash: number, bytes: Buffer, start: number, end: number): number {
    const slots = this.#slots;
    for (let slot = slotOf(hash, slots.length); ; slot = slot + 1 === slots.length ? 0 : slot + 1) {
      const row = slots[slot] as number;
      if (row === empty) return -1;
      if (row !== removed && this.#hashes[row] === hash && this.has(row, bytes, start, end)) return row;
    }
  }

  #append(hash: number, bytes: Buffer, start: number, end: number): number {
    const row = this.#count;
    if (row === this.#hashes.length) this.#resize(longerThan(row));
    const from = this.#starts[row] as number;
    const to = from + end - start;
    if (to > this.#bytes.length) this.#moveBytes(Math.max(longerThan(this.#bytes.length), to));
    for (let at = start; at < end; at++) this.#bytes[from + at - start] = bytes[at] as number;
    this.#starts[row + 1] = to;
    this.#hashes[row] = hash;
    this.#count++;
    return row;
  }

  #hang(row: number): void {
    const slots = this.#slots;
    let slot = slotOf(this.#hashes[row] as number, slots.length);
    while (slots[slot] !== empty) slot = slot + 1 === slots.length ? 0 : slot + 1;
    slots[slot] = row;
  }

  #resize(length: number): void {
    this.#hashes = resized(this.#hashes, length);
    this.#starts = resized(this.#starts, length + 1);
  }

  #moveBytes(length: number): void {
    const bytes = Buffer.allocUnsafeSlow(length);
    this.#bytes.copy(bytes, 0, 0, this.#starts[this.#count]);
    letGo(this.#bytes);
    this.#bytes = bytes;
  }
}

/** The first slot of a hash, for any number of slots. */
const slotOf = (hash: number, slots: number): number => Math.floor((hash * slots) / 2 ** 32);
