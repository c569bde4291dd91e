import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import { crc32, inflateRawSync } from "node:zlib";
import type { PackEntry } from "./manifest.ts";
import {
  type Extent,
  type Heads,
  headsOf,
  type Keys,
  keysOf,
  type OldSection,
  oldPartsOf,
  type PackHeader,
  type Section,
  textStarts,
} from "./pack-parts.ts";

/** The records of a block: their texts, and the values that were already parsed. */
export interface Block {
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
  readonly values: unknown[];
}

const large = 1024 * 1024;
/** From this size on, every allocator returns freed memory to the system; and untouched pages take no memory. */
const givenBack = 33 * 1024 * 1024;

const readBeside = promisify(read);

/** An immutable file of records: parts are read on demand and verified by checksum. */
export class Pack {
  readonly path: string;
  readonly entry: PackEntry;
  readonly header: PackHeader;
  /** How many of its records are still current. */
  alive = 0;
  readonly #file: number;
  readonly #blocks: Buffer;
  #closed = false;

  /** @throws Error if the file is damaged, as far as that shows without reading the records */
  constructor(path: string, entry: PackEntry) {
    this.path = path;
    this.entry = entry;
    this.#file = openSync(path, "r");
    try {
      const { size } = fstatSync(this.#file);
      if (size !== entry.bytes) throw new Error(`it has ${size} bytes and was written with ${entry.bytes}`);
      this.header = JSON.parse(this.read(entry.header).toString()) as PackHeader;
      this.#blocks = this.read(this.header.blocks);
    } catch (error) {
      closeSync(this.#file);
      throw damaged(path, (error as Error).message);
    }
  }

  /** Reads a part of the file. @throws Error if its checksum is wrong */
  read({ at, length, sum }: Extent): Buffer {
    const bytes = Buffer.from(new ArrayBuffer(length < large ? length : Math.max(length, givenBack)), 0, length);
    for (let read = 0; read < length; ) {
      const more = readSync(this.#file, bytes, read, length - read, at + read);
      if (more === 0) throw new Error(`it ends before byte ${at + length}`);
      read += more;
    }
    if (crc32(bytes) !== sum) throw new Error(unfit(at, length));
    return bytes;
  }

  /** Reads the keys and positions of a section. @throws Error if it is damaged */
  keys(section: Section | OldSection): Keys {
    return isOld(section) ? this.parts(section).keys : keysOf(this.#checked(section.keys));
  }

  /** The same with the heads, if there are any. @throws Error if it is damaged */
  parts(section: Section | OldSection): { keys: Keys; heads: Heads | undefined } {
    if (isOld(section)) return oldPartsOf(this.#checked(section));
    const { heads } = section;
    return { keys: this.keys(section), heads: heads && headsOf(this.#checked(heads)) };
  }

  /** Reads a block. @throws Error if it is damaged */
  block(number: number): Block {
    const kept = this.#checked(this.#extent(number));
    const bytes = this.header.plain ? kept : inflateRawSync(kept);
    return { bytes, starts: textStarts(bytes), values: [] };
  }

  /** A block in its stored form. @throws Error if it is damaged */
  kept(number: number): Buffer {
    return this.#checked(this.#extent(number));
  }

  /**
   * Verifies the checksums of blocks from one on, as many as fit into `bytes` but at least one; returns the next block. Reads asynchronously.
   * @throws Error if one is damaged
   */
  async check(from: number, bytes: Buffer): Promise<number> {
    const { count } = this.header.blocks;
    const first = this.#extent(from);
    let end = first.at + first.length;
    let next = from + 1;
    for (; next < count; next++) {
      const { at, length } = this.#extent(next);
      if (at + length - first.at > bytes.length) break;
      end = at + length;
    }
    const length = end - first.at;
    const read = length > bytes.length ? Buffer.allocUnsafeSlow(length) : bytes;
    for (let had = 0; had < length; ) {
      const { bytesRead } = await readBeside(this.#file, read, had, length - had, first.at + had).catch(
        (error: unknown) => {
          if (this.#closed) return { bytesRead: 0 };
          throw error;
        },
      );
      // The data may come from another file by now.
      if (this.#closed) return count;
      if (bytesRead === 0) throw damaged(this.path, `it ends before byte ${end}`);
      had += bytesRead;
    }
    for (let block = from; block < next; block++) {
      const { at, length: own, sum } = this.#extent(block);
      const part = read.subarray(at - first.at, at - first.at + own);
      if (crc32(part) !== sum) throw damaged(this.path, unfit(at, own));
    }
    return next;
  }

  /** Closes the file; a `check` in progress ends silently. */
  close(): void {
    this.#closed = true;
    closeSync(this.#file);
  }

  #extent(number: number): Extent {
    const at = number * 16;
    return {
      at: this.#blocks.readDoubleLE(at),
      length: this.#blocks.readUInt32LE(at + 8),
      sum: this.#blocks.readUInt32LE(at + 12),
    };
  }

  #checked(extent: Extent): Buffer {
    try {
      return this.read(extent);
    } catch (error) {
      throw damaged(this.path, (error as Error).message);
    }
  }
}

const isOld = (section: Section | OldSection): section is OldSection => "sum" in section;

const unfit = (at: number, length: number) => `bytes ${at} to ${at + length} do not fit their checksum`;

const damaged = (path: string, what: string) =>
  new Error(`${path} is damaged: ${what}. Restore a copy of the folder, or start again with an empty one.`);
