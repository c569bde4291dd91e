import { crc32 } from "node:zlib";
import { bytesOfText, shorten } from "../kernel/text-bytes.ts";
import type { KeptHead } from "./store.ts";

/** The position of a part in a pack, and its checksum. */
export interface Extent {
  readonly at: number;
  readonly length: number;
  readonly sum: number;
}

/** The section of one table in a pack. */
export interface Section {
  readonly table: string;
  /** The form of the heads, if there are any. */
  readonly form?: string;
  readonly records: number;
  /** Keys and positions. */
  readonly keys: Extent;
  /** The heads, if any record has one. */
  readonly heads?: Extent;
}

/** The same in packs of earlier versions: keys and heads in one part, and keys in UTF-8. */
export interface OldSection extends Extent {
  readonly table: string;
  readonly form?: string;
  readonly records: number;
}

/** The directory at the end of a pack: where everything else is. */
export interface PackHeader {
  /** The number of records, without the tombstones of deleted ones. */
  readonly records: number;
  readonly marks: number;
  /** Its blocks are not compressed, because it is young and will be merged soon. */
  readonly plain?: true;
  readonly blocks: Extent & { readonly count: number };
  readonly sections: readonly (Section | OldSection)[];
}

/** The block number of a tombstone: older packs may still contain the record. */
export const goneBlock = 0xffffffff;
/** The length of an absent head. */
const noHead = 0xffffffff;

/** A text, or its bytes. */
export type Text = string | Buffer;

/** The extent of a part, with its checksum, a CRC-32. */
export const extentOf = (at: number, bytes: Buffer): Extent => ({ at, length: bytes.length, sum: crc32(bytes) });

/** The rows of a section during writing. */
export class SectionRows {
  #count = 0;
  #blocks = new Uint32Array(64);
  #ats = new Uint16Array(64);
  #born = new Float64Array(64);
  #keyLengths = new Uint32Array(64);
  #headLengths = new Uint32Array(64);
  readonly #keys = new Bytes();
  readonly #heads = new Bytes();
  #hasHeads = false;

  get count(): number {
    return this.#count;
  }

  /** Adds the row of a record: its key, order number, position, and optional head. A tombstone has `goneBlock`. */
  add(key: Text, born: number, block: number, at: number, head: Text | undefined): void {
    const row = this.#count++;
    if (row === this.#blocks.length) this.#grow();
    this.#blocks[row] = block;
    this.#ats[row] = at;
    this.#born[row] = born;
    this.#keyLengths[row] = this.#keys.add(typeof key === "string" ? bytesOfText(key) : key);
    this.#headLengths[row] = head === undefined ? noHead : this.#heads.add(head);
    if (head !== undefined) this.#hasHeads = true;
  }

  /** Keys and positions in columns, so that reading them takes only a few copies. */
  encodeKeys(): Buffer {
    const columns = [this.#born, this.#blocks, this.#keyLengths, this.#ats].map((column) => this.#bytesOf(column));
    return Buffer.concat([this.#counted(), ...columns, this.#keys.all()]);
  }

  /** The heads, in row order; `undefined` if there are none. */
  encodeHeads(): Buffer | undefined {
    if (!this.#hasHeads) return undefined;
    return Buffer.concat([this.#counted(), this.#bytesOf(this.#headLengths), this.#heads.all()]);
  }

  /** The number of rows, padded to the alignment of the following numbers. */
  #counted(): Buffer {
    const count = Buffer.alloc(8);
    count.writeUInt32LE(this.#count);
    return count;
  }

  #bytesOf(column: Uint32Array | Uint16Array | Float64Array): Buffer {
    return Buffer.from(column.buffer, column.byteOffset, this.#count * column.BYTES_PER_ELEMENT);
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

/** The keys of a section, one after the other, and the positions of their records. */
export interface Keys {
  readonly count: number;
  readonly born: Float64Array;
  readonly blocks: Uint32Array;
  readonly ats: Uint16Array;
  /** The length of each key in bytes. */
  readonly lengths: Uint32Array;
  /** The offset of the first key in `bytes`. */
  readonly start: number;
  readonly bytes: Buffer;
}

/** The heads of a section. */
export interface Heads {
  /** The length of each head in bytes; `noHead` if there is none. */
  readonly lengths: Uint32Array;
  readonly start: number;
  readonly bytes: Buffer;
}

/** Reads the output of `SectionRows.encodeKeys`. The columns are views of the part, not copies, if its alignment in memory allows that. */
export function keysOf(part: Buffer): Keys {
  const bytes = aligned(part);
  const columns = new Columns(bytes);
  const [born, blocks, lengths, ats] = [columns.eights(), columns.fours(), columns.fours(), columns.twos()];
  return { count: columns.count, born, blocks, ats, lengths, start: columns.end, bytes };
}

/** Reads the output of `SectionRows.encodeHeads`, in the same way. */
export function headsOf(part: Buffer): Heads {
  const bytes = aligned(part);
  const columns = new Columns(bytes);
  const lengths = columns.fours();
  return { lengths, start: columns.end, bytes };
}

/** Both in the format of earlier versions. */
export function oldPartsOf(part: Buffer): { keys: Keys; heads: Heads } {
  const bytes = aligned(part);
  const columns = new Columns(bytes);
  const { count } = columns;
  const [born, blocks, keyLengths] = [columns.eights(), columns.fours(), columns.fours()];
  const [headLengths, ats] = [columns.fours(), columns.twos()];
  // They are shortened in place.
  const start = columns.end;
  const lengths = new Uint32Array(count);
  let from = start;
  let to = start;
  for (let row = 0; row < count; row++) {
    const before = from;
    from += keyLengths[row] as number;
    const end = shorten(bytes, before, from, bytes, to);
    lengths[row] = end - to;
    to = end;
  }
  return {
    keys: { count, born, blocks, ats, lengths, start, bytes },
    heads: { lengths: headLengths, start: from, bytes },
  };
}

/** A cursor over the rows of a section: its properties are those of the current row. */
export class Rows implements KeptHead {
  block = 0;
  at = 0;
  born = 0;
  keyStart = 0;
  keyEnd: number;
  /** -1 if there is no head. */
  headStart = -1;
  headEnd: number;
  readonly keys: Buffer;
  readonly heads: Buffer;
  readonly #keys: Keys;
  readonly #headLengths: Uint32Array | undefined;
  #row = 0;

  constructor({ keys, heads }: { keys: Keys; heads?: Heads | undefined }) {
    this.#keys = keys;
    this.#headLengths = heads?.lengths;
    this.keys = keys.bytes;
    this.keyEnd = keys.start;
    this.heads = heads?.bytes ?? nothing;
    this.headEnd = heads?.start ?? 0;
  }

  /** Moves to the next row, if there is one. */
  next(): boolean {
    const row = this.#row++;
    const { count, born, blocks, ats, lengths } = this.#keys;
    if (row >= count) return false;
    this.block = blocks[row] as number;
    this.at = ats[row] as number;
    this.born = born[row] as number;
    this.keyStart = this.keyEnd;
    this.keyEnd += lengths[row] as number;
    const length = this.#headLengths === undefined ? noHead : (this.#headLengths[row] as number);
    this.headStart = length === noHead ? -1 : this.headEnd;
    if (length !== noHead) this.headEnd += length;
    return true;
  }
}

const nothing = Buffer.alloc(0);

/** Aligns the columns: a copy starts at offset zero of its buffer. */
const aligned = (part: Buffer): Buffer => (part.byteOffset % 8 === 0 ? part : Buffer.from(new Uint8Array(part).buffer));

/** Reads the columns of a part, one after the other. */
class Columns {
  readonly count: number;
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.count = bytes.readUInt32LE(0);
    this.#at = bytes.byteOffset + 8;
  }

  /** The offset in the part after the columns. */
  get end(): number {
    return this.#at - this.#bytes.byteOffset;
  }

  eights(): Float64Array {
    return new Float64Array(this.#bytes.buffer, this.#take(8), this.count);
  }

  fours(): Uint32Array {
    return new Uint32Array(this.#bytes.buffer, this.#take(4), this.count);
  }

  twos(): Uint16Array {
    return new Uint16Array(this.#bytes.buffer, this.#take(2), this.count);
  }

  #take(each: number): number {
    const at = this.#at;
    this.#at += each * this.count;
    return at;
  }
}

/** Encodes the texts of a block before compression: their number, the length of each, the texts. @param length of all texts, in bytes */
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

/** The offsets of the texts in a block, and the end of the last one. */
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

/** A growing buffer. */
class Bytes {
  #bytes: Buffer = Buffer.allocUnsafe(1024);
  #length = 0;

  /** Returns the number of bytes added. */
  add(text: Text): number {
    // A UTF-16 code unit takes at most three bytes in UTF-8.
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
