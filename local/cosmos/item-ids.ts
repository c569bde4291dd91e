import { intoScratch, scratch, shorten } from "../kernel/text-bytes.ts";
import { Texts } from "../kernel/texts.ts";

/** A number is written with so many values in a byte, the last of which has none above. */
const more = 128;
/** So many bytes the number of a partition takes at most. */
const longestNumber = 5;

/** The ids of items by row, each unique within its partition. Each stands behind the number of its partition. */
export class ItemIds {
  readonly #texts = new Texts();
  /** What is looked for. */
  #sought = Buffer.alloc(1024);

  /** The row of an id in a partition, or -1. */
  find(partition: number, id: string): number {
    const length = this.#write(partition, id);
    return this.#texts.find(this.#sought, 0, length);
  }

  /** The next row's id, which the partition must not have yet. */
  add(partition: number, id: string): void {
    const length = this.#write(partition, id);
    this.#texts.enter(this.#sought, 0, length);
  }

  /** The same of an id that stands in a buffer, as UTF-8, while many come: none of them is found before `restored`. */
  restore(partition: number, bytes: Buffer, start: number, end: number): void {
    this.#hasRoom(end - start);
    const length = shorten(bytes, start, end, this.#sought, this.#number(partition));
    this.#texts.addUnfound(this.#sought, 0, length);
  }

  /** Ends the restoring: all ids are found from now on. */
  restored(): void {
    this.#texts.trim();
    this.#texts.hang();
  }

  /** The id of a row is free from now on; it can still be read. */
  remove(row: number): void {
    this.#texts.remove(row);
  }

  /** The id of a row; also of one that was removed. */
  idOf(row: number): string {
    const { bytes } = this.#texts;
    const start = this.#texts.startOf(row);
    let at = start;
    while ((bytes[at] as number) >= more) at++;
    return this.#texts.textOf(row, at + 1 - start);
  }

  /** The number of the partition that the row is in, or was. */
  partitionOf(row: number): number {
    const { bytes } = this.#texts;
    let at = this.#texts.startOf(row);
    let number = 0;
    for (let unit = 1; ; unit *= more) {
      const byte = bytes[at++] as number;
      number += (byte % more) * unit;
      if (byte < more) return number;
    }
  }

  /** Makes room for so many rows, and so many bytes of ids. */
  reserve(rows: number, bytes = 0): void {
    this.#texts.reserve(rows, bytes);
  }

  /** From now on rows are those of `order`, which are all alive. */
  reorder(order: Uint32Array): void {
    this.#texts.reorder(order);
  }

  /** Writes what is looked for. @returns how many bytes */
  #write(partition: number, id: string): number {
    const length = intoScratch(id);
    this.#hasRoom(length);
    const from = this.#number(partition);
    for (let at = 0; at < length; at++) this.#sought[from + at] = scratch.bytes[at] as number;
    return from + length;
  }

  #number(partition: number): number {
    let at = 0;
    let left = partition;
    for (; left >= more; left = Math.floor(left / more)) this.#sought[at++] = more + (left % more);
    this.#sought[at++] = left;
    return at;
  }

  #hasRoom(length: number): void {
    if (longestNumber + length > this.#sought.length) this.#sought = Buffer.alloc(longestNumber + length * 2);
  }
}
