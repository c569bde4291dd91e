import { longerThan, resized } from "../kernel/columns.ts";

/** From this size on, a bitmap is considered. */
const many = 512;
/** The memory of a row in a set of numbers, in bits. */
const bitsOfRow = 256;

/** A set of rows: a bitmap if they are many and close together, otherwise a set of numbers. */
export class RowSet {
  #few = new Set<number>();
  #bits: Uint32Array | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether the row is in the set. */
  has(row: number): boolean {
    if (this.#bits === undefined) return this.#few.has(row);
    return (((this.#bits[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
  }

  /** @returns whether the row was added */
  add(row: number): boolean {
    if (this.has(row)) return false;
    this.#size++;
    if (this.#bits === undefined) this.#few.add(row);
    else this.#set(row);
    if (this.#few.size >= many && row < this.#few.size * bitsOfRow) this.#toBits();
    return true;
  }

  /** @returns whether the row was removed */
  delete(row: number): boolean {
    if (!this.has(row)) return false;
    this.#size--;
    if (this.#bits === undefined) return this.#few.delete(row);
    (this.#bits[row >>> 5] as number) &= ~(1 << (row & 31));
    return true;
  }

  /** The rows, in no particular order. */
  rows(): number[] {
    if (this.#bits === undefined) return [...this.#few];
    const rows: number[] = [];
    for (const [at, word] of this.#bits.entries())
      for (let left = word; left !== 0; left &= left - 1) rows.push(at * 32 + 31 - Math.clz32(left & -left));
    return rows;
  }

  #toBits(): void {
    this.#bits = new Uint32Array(many);
    for (const row of this.#few) this.#set(row);
    this.#few = new Set();
  }

  #set(row: number): void {
    const at = row >>> 5;
    let bits = this.#bits as Uint32Array;
    if (at >= bits.length) this.#bits = bits = resized(bits, Math.max(at + 1, longerThan(bits.length)));
    (bits[at] as number) |= 1 << (row & 31);
  }
}
