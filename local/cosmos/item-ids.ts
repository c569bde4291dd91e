import { hashOf } from "../kernel/bytes-hash.ts";
import { grown, longerThan, reorder } from "../kernel/columns.ts";
import { letGo } from "../kernel/let-go.ts";
import { intoScratch, readText, scratch } from "../kernel/text-bytes.ts";

const empty = -1;
const removed = -2;

/** The ids of items by row, each unique within its partition: as bytes, one after the other, and which row has which of them. */
export class ItemIds {
  /** Open addressing over the rows. */
  #slots = new Int32Array(16).fill(empty);
  #used = 0;
  #count = 0;
  #hashes = new Uint32Array(8);
  #partitions = new Int32Array(8);
  #starts = new Uint32Array(8);
  #lengths = new Uint16Array(8);
  #bytes: Buffer = Buffer.alloc(256);
  #length = 0;

  /** The row of an id in a partition, or -1. */
  find(partition: number, id: string): number {
    const length = intoScratch(id);
    const hash = hashIn(partition, length);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = this.#slots[slot] as number;
      if (row === empty) return -1;
      if (row === removed || this.#hashes[row] !== hash || this.#partitions[row] !== partition) continue;
      const start = this.#starts[row] as number;
      if (this.#lengths[row] === length && this.#bytes.compare(scratch.bytes, 0, length, start, start + length) === 0)
        return row;
    }
  }

  /** The next row's id, which the partition must not have yet. */
  add(partition: number, id: string): void {
    const row = this.#append(partition, id);
    this.#used++;
    if (this.#used * 3 > this.#slots.length * 2) this.#hangAll(longerThan(this.#count));
    else this.#hang(row);
  }

  /** The same while many come: none of them is found before `reorder`. */
  addUnfound(partition: number, id: string): void {
    this.#append(partition, id);
  }

  /** The id of a row is free from now on; it can still be read. */
  remove(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[row] as number) & mask;
    while (this.#slots[slot] !== row) slot = (slot + 1) & mask;
    this.#slots[slot] = removed;
    // So that it is not hung up again.
    this.#partitions[row] = ~(this.#partitions[row] as number);
  }

  idOf(row: number): string {
    const start = this.#starts[row] as number;
    return readText(this.#bytes, start, start + (this.#lengths[row] as number));
  }

  /** The number of the partition that the row is in, or was. */
  partitionOf(row: number): number {
    const partition = this.#partitions[row] as number;
    return partition < 0 ? ~partition : partition;
  }

  /** Makes room for so many rows. */
  reserve(length: number): void {
    if (length > this.#starts.length) this.#grow(length);
  }

  /** From now on rows are those of `order`, which are all alive. */
  reorder(order: Uint32Array, scratch: Float64Array): void {
    for (const column of [this.#hashes, this.#partitions, this.#starts, this.#lengths]) reorder(column, order, scratch);
    if (order.length < this.#count) this.#close(order.length);
    this.#count = order.length;
    this.#hangAll(this.#starts.length);
  }

  #append(partition: number, id: string): number {
    const row = this.#count++;
    if (row === this.#starts.length) this.#grow(longerThan(row));
    const length = intoScratch(id);
    if (this.#length + length > this.#bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.max(longerThan(this.#bytes.length), this.#length + length));
      this.#bytes.copy(bytes, 0, 0, this.#length);
      letGo(this.#bytes);
      this.#bytes = bytes;
    }
    scratch.bytes.copy(this.#bytes, this.#length, 0, length);
    this.#hashes[row] = hashIn(partition, length);
    this.#partitions[row] = partition;
    this.#starts[row] = this.#length;
    this.#lengths[row] = length;
    this.#length += length;
    return row;
  }

  #grow(length: number): void {
    this.#hashes = grown(this.#hashes, length);
    this.#partitions = grown(this.#partitions, length);
    this.#starts = grown(this.#starts, length);
    this.#lengths = grown(this.#lengths, length);
  }

  /** Moves the ids of the first `count` rows together. */
  #close(count: number): void {
    let length = 0;
    for (let row = 0; row < count; row++) length += this.#lengths[row] as number;
    const bytes = Buffer.allocUnsafeSlow(Math.max(length, 256));
    let to = 0;
    for (let row = 0; row < count; row++) {
      const start = this.#starts[row] as number;
      this.#starts[row] = to;
      to += this.#bytes.copy(bytes, to, start, start + (this.#lengths[row] as number));
    }
    letGo(this.#bytes);
    this.#bytes = bytes;
    this.#length = to;
  }

  /** Makes all rows found that are not removed, with room for `most`. */
  #hangAll(most: number): void {
    let length = 16;
    while (length * 2 < most * 3) length *= 2;
    letGo(this.#slots);
    this.#slots = new Int32Array(length).fill(empty);
    this.#used = 0;
    for (let row = 0; row < this.#count; row++) {
      if ((this.#partitions[row] as number) < 0) continue;
      this.#hang(row);
      this.#used++;
    }
  }

  #hang(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[row] as number) & mask;
    while (this.#slots[slot] !== empty) slot = (slot + 1) & mask;
    this.#slots[slot] = row;
  }
}

const hashIn = (partition: number, length: number): number => hashOf(scratch.bytes, 0, length, partition);
