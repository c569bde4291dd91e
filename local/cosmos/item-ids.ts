import { intoScratch, scratch, shorten } from "../kernel/text-bytes.ts";
import { Texts } from "../kernel/texts.ts";

/** Numbers are written in base 128, lowest digits first; a set high bit means that more follow. */
const more = 128;
/** The most bytes that the number of a partition takes. */
const longestNumber = 5;

/** The ids of items by row, each unique within its partition. The partition's number precedes each id. */
export class ItemIds {
  readonly #texts = new Texts();
  /** A buffer for the id to look up. */
  #sought = Buffer.alloc(1024);

  /** The row of an id in a partition, or -1. */
  find(partition: number, id: string): number {
    const length = this.#write(partition, id);
    return this.#texts.find(this.#sought, 0, length);
  }

  /** Adds the next row's id, which must be new in the partition. */
  add(partition: number, id: string): void {
    const length = this.#write(partition, id);
    this.#texts.enter(this.#sought, 0, length);
  }

  /** The same for an id in a buffer, as UTF-8, during a bulk load: ids can be found only after `restored`. */
  restore(partition: number, bytes: Buffer, start: number, end: number): void {
    this.#hasRoom(end - start);
    const length = shorten(bytes, start, end, this.#sought, this.#number(partition));
    this.#texts.addUnfound(this.#sought, 0, length);
  }

  /** Ends a bulk load: from now on all ids can be found. */
  restored(): void {
    this.#texts.trim();
    this.#texts.hang();
  }

  /** Frees the id of a row. It can still be read. */
  remove(row: number): void {
    this.#texts.remove(row);
  }

  /** The id of a row, even a removed one. */
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

  /** Makes room for this many rows, and this many bytes of ids. */
  reserve(rows: number, bytes = 0): void {
    this.#texts.reserve(rows, bytes);
  }

  /** Renumbers the rows to those of `order`, none of which may be removed. */
  reorder(order: Uint32Array): void {
    this.#texts.reorder(order);
  }

  /** Writes the id to look up into the buffer. @returns the number of bytes */
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
