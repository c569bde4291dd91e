import { crc32 } from "node:zlib";
import { bytesOfText } from "../kernel/text-bytes.ts";

/** A part of a pack and its checksum. */
export interface Extent {
  readonly at: number;
  readonly length: number;
  readonly sum: number;
}

/** What a pack has of one table. */
export interface Section extends Extent {
  readonly table: string;
  /** The form of the heads, if there are any. */
  readonly form?: string;
  readonly records: number;
}

/** What stands at the end of a pack: where everything else is. */
export interface PackHeader {
  /** Records that are there, without the marks of those that are gone. */
  readonly records: number;
  readonly marks: number;
  /** Its blocks are as they are: it is young, and will be brought together with others soon. */
  readonly plain?: true;
  readonly blocks: Extent & { readonly count: number };
  readonly sections: readonly Section[];
}

/** As the block of a record that is gone: older packs may still have it. */
export const goneBlock = 0xffffffff;
const noHead = 0xffffffff;

/** A text, or the same as UTF-8. */
export type Text = string | Buffer;

export const extentOf = (at: number, bytes: Buffer): Extent => ({ at, length: bytes.length, sum: crc32(bytes) });

/** A key as it is written; UTF-8 has no half characters. */
const keyed = (key: Text): Text => (typeof key === "string" && !key.isWellFormed() ? bytesOfText(key) : key);

/** The rows of a section while it is written. */
export class SectionRows {
  #count = 0;
  #blocks = new Uint32Array(64);
  #ats = new Uint16Array(64);
  #born = new Float64Array(64);
  #keyLengths = new Uint32Array(64);
  #headLengths = new Uint32Array(64);
  readonly #keys = new Bytes();
  readonly #heads = new Bytes();

  get count(): number {
    return this.#count;
  }

  add(key: Text, born: number, block: number, at: number, head: Text | undefined): void {
    const row = this.#count++;
    if (row === this.#blocks.length) this.#grow();
    this.#blocks[row] = block;
    this.#ats[row] = at;
    this.#born[row] = born;
    this.#keyLengths[row] = this.#keys.add(keyed(key));
    this.#headLengths[row] = head === undefined ? noHead : this.#heads.add(head);
  }

  /** The section: columns one after the other, so that reading it is a few copies. */
  encode(): Buffer {
    const count = Buffer.alloc(8);
    count.writeUInt32LE(this.#count);
    const column = (array: Uint32Array | Uint16Array | Float64Array) =>
      Buffer.from(array.buffer, array.byteOffset, this.#count * array.BYTES_PER_ELEMENT);
    return Buffer.concat([
      count,
      ...[this.#born, this.#blocks, this.#keyLengths, this.#headLengths, this.#ats].map(column),
      this.#keys.all(),
      this.#heads.all(),
    ]);
  }

  #grow(): void {
    const grown = <A extends Uint32Array | Uint16Array | Float64Array>(array: A, fresh: A): A => {
      fresh.set(array as never);
      return fresh;
    };
    const length = this.#blocks.length * 2;
    this.#blocks = grown(this.#blocks, new Uint32Array(length));
    this.#ats = grown(this.#ats, new Uint16Array(length));
    this.#born = grown(this.#born, new Float64Array(length));
    this.#keyLengths = grown(this.#keyLengths, new Uint32Array(length));
    this.#headLengths = grown(this.#headLengths, new Uint32Array(length));
  }
}

/** A row of a section as it is read; the same object each time. */
export interface Row {
  block: number;
  at: number;
  born: number;
  /** Where its key is in `bytes`. */
  keyStart: number;
  keyEnd: number;
  /** Where its head is; -1 when it has none. */
  headStart: number;
  headEnd: number;
  readonly bytes: Buffer;
}

/** How many bytes the keys of a section have together. */
export function keyBytesOf(section: Buffer): number {
  const count = section.readUInt32LE(0);
  let bytes = 0;
  for (let row = 0, at = 8 + 12 * count; row < count; row++, at += 4) bytes += section.readUInt32LE(at);
  return bytes;
}

/** The rows of a section. */
export function* rowsOf(section: Buffer): Generator<Row> {
  // Columns begin where their numbers may: whatever the buffer's own place, a copy begins at zero.
  const bytes = section.byteOffset % 8 === 0 ? section : Buffer.from(new Uint8Array(section));
  const count = bytes.readUInt32LE(0);
  let start = bytes.byteOffset + 8;
  const born = new Float64Array(bytes.buffer, start, count);
  start += count * 8;
  const blocks = new Uint32Array(bytes.buffer, start, count);
  start += count * 4;
  const keyLengths = new Uint32Array(bytes.buffer, start, count);
  start += count * 4;
  const headLengths = new Uint32Array(bytes.buffer, start, count);
  start += count * 4;
  const ats = new Uint16Array(bytes.buffer, start, count);
  let keyAt = start + count * 2 - bytes.byteOffset;
  let headAt = keyAt;
  for (let row = 0; row < count; row++) headAt += keyLengths[row] as number;
  const row: Row = { block: 0, at: 0, born: 0, keyStart: 0, keyEnd: 0, headStart: -1, headEnd: -1, bytes };
  for (let at = 0; at < count; at++) {
    row.block = blocks[at] as number;
    row.at = ats[at] as number;
    row.born = born[at] as number;
    row.keyStart = keyAt;
    keyAt += keyLengths[at] as number;
    row.keyEnd = keyAt;
    const length = headLengths[at] as number;
    row.headStart = length === noHead ? -1 : headAt;
    if (length !== noHead) headAt += length;
    row.headEnd = headAt;
    yield row;
  }
}

/** The texts of a block, before it is compressed: how many, the length of each, the texts. @param length of all texts, in bytes */
export function encodeBlock(texts: readonly Text[], length: number): Buffer {
  let start = 4 * (texts.length + 1);
  const block = Buffer.allocUnsafe(start + length);
  block.writeUInt32LE(texts.length);
  for (const [at, text] of texts.entries()) {
    const bytes = put(block, text, start);
    block.writeUInt32LE(bytes, 4 * (at + 1));
    start += bytes;
  }
  return block;
}

/** Where the texts of a block begin, and where the last ends. */
export function textStarts(block: Buffer): Uint32Array {
  const count = block.readUInt32LE(0);
  const starts = new Uint32Array(count + 1);
  let start = 4 * (count + 1);
  for (let at = 0; at < count; at++) {
    starts[at] = start;
    start += block.readUInt32LE(4 * (at + 1));
  }
  starts[count] = start;
  return starts;
}

const put = (into: Buffer, text: Text, at: number): number =>
  typeof text === "string" ? into.write(text, at) : text.copy(into, at);

/** Bytes that are put one after the other. */
class Bytes {
  #bytes: Buffer = Buffer.allocUnsafe(1024);
  #length = 0;

  /** Returns how many there were. */
  add(text: Text): number {
    // In UTF-8 a character takes three bytes at most, where it is counted as one.
    const most = typeof text === "string" ? text.length * 3 : text.length;
    if (this.#length + most > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + most));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    const added = put(this.#bytes, text, this.#length);
    this.#length += added;
    return added;
  }

  all(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
