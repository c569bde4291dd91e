import { type FileHandle, open, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import {
  type Extent,
  encodeBlock,
  extentOf,
  goneBlock,
  type PackHeader,
  type Section,
  SectionRows,
  type Text,
} from "./pack-parts.ts";

const compress = promisify(deflateRaw);
/** The size at which a block is closed, in bytes: large enough to compress well, small enough to be read for a single record. */
const blockBytes = 32 * 1024;
/** The same for uncompressed blocks. */
const plainBytes = 16 * 1024;
const blockRecords = 4096;
/** The size of writes to the file, in bytes. */
const writeBytes = 256 * 1024;

/** A completed pack. */
export interface WrittenPack {
  readonly bytes: number;
  readonly header: Extent;
}

/** Writes a pack: records by table, in compressed blocks, each table's keys and positions after its records. */
export class PackWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Whether blocks stay uncompressed. */
  readonly #plain: boolean;
  readonly #blockBytes: number;
  /** The offset of the next part, and the parts that are not written yet. */
  #at = 0;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #texts: Text[] = [];
  #textBytes = 0;
  readonly #blocks: Extent[] = [];
  readonly #sections: Section[] = [];
  #table: { name: string; form: string | undefined; rows: SectionRows } | undefined;
  #records = 0;
  #marks = 0;

  private constructor(path: string, file: FileHandle, plain: boolean) {
    this.#path = path;
    this.#file = file;
    this.#plain = plain;
    this.#blockBytes = plain ? plainBytes : blockBytes;
  }

  /** Starts a pack, replacing any file of that path. @param plain whether blocks stay uncompressed */
  static async open(path: string, plain: boolean): Promise<PackWriter> {
    return new PackWriter(path, await open(path, "w"), plain);
  }

  /** The number of records and tombstones so far. */
  get size(): number {
    return this.#records + this.#marks;
  }

  /** The block of the next record. */
  get block(): number {
    return this.#blocks.length;
  }

  /** The next record's position in its block. */
  get at(): number {
    return this.#texts.length;
  }

  /** Starts the section of a table. */
  async beginTable(name: string, form: string | undefined): Promise<void> {
    await this.#endTable();
    this.#table = { name, form, rows: new SectionRows() };
  }

  /** Adds a record; returns a promise only if the block is full. */
  add(key: Text, born: number, text: Text, head: Text | undefined): Promise<void> | undefined {
    this.#table?.rows.add(key, born, this.block, this.at, head);
    this.#records++;
    this.#texts.push(text);
    this.#textBytes += Buffer.byteLength(text);
    return this.#textBytes >= this.#blockBytes || this.#texts.length >= blockRecords ? this.#endBlock() : undefined;
  }

  /** Starts a block that is copied from another pack in the same format. The keys of its records follow with `addKept`, and then `endKept`. */
  async beginKept(): Promise<void> {
    await this.#endBlock();
  }

  /** Adds the key of a record in a copied block. */
  addKept(key: Text, born: number, at: number, head: Text | undefined): void {
    this.#table?.rows.add(key, born, this.block, at, head);
    this.#records++;
  }

  /** Copies the block as it is in the other pack; returns a promise only if there is much to write. */
  endKept(block: Buffer): Promise<void> | undefined {
    this.#blocks.push(this.#put(block));
    return this.#writeIfMuch();
  }

  /** Adds a tombstone for a record in an older pack. */
  mark(key: Text): void {
    this.#table?.rows.add(key, 0, goneBlock, 0, undefined);
    this.#marks++;
  }

  /** Completes the pack; resolves when it is on disk. */
  async finish(): Promise<WrittenPack> {
    await this.#endTable();
    const table = Buffer.alloc(this.#blocks.length * 16);
    for (const [at, { at: place, length, sum }] of this.#blocks.entries()) {
      table.writeDoubleLE(place, at * 16);
      table.writeUInt32LE(length, at * 16 + 8);
      table.writeUInt32LE(sum, at * 16 + 12);
    }
    const header: PackHeader = {
      records: this.#records,
      marks: this.#marks,
      ...(this.#plain ? { plain: true } : {}),
      blocks: { ...this.#put(table), count: this.#blocks.length },
      sections: this.#sections,
    };
    const written = this.#put(Buffer.from(JSON.stringify(header)));
    await this.#write();
    await this.#file.sync();
    await this.#file.close();
    return { bytes: this.#at, header: written };
  }

  /** Deletes the incomplete pack. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#path, { force: true });
  }

  async #endBlock(): Promise<void> {
    if (this.#texts.length === 0) return;
    const block = encodeBlock(this.#texts, this.#textBytes);
    this.#texts = [];
    this.#textBytes = 0;
    this.#blocks.push(this.#put(this.#plain ? block : await compress(block, { level: 4 })));
    await this.#writeIfMuch();
  }

  async #endTable(): Promise<void> {
    await this.#endBlock();
    if (this.#table === undefined) return;
    const { name, form, rows } = this.#table;
    this.#table = undefined;
    if (rows.count === 0) return;
    const about = { table: name, ...(form === undefined ? {} : { form }), records: rows.count };
    const keys = this.#put(rows.encodeKeys());
    const heads = rows.encodeHeads();
    this.#sections.push({ ...about, keys, ...(heads === undefined ? {} : { heads: this.#put(heads) }) });
    await this.#writeIfMuch();
  }

  /** Appends a part. */
  #put(bytes: Buffer): Extent {
    const extent = extentOf(this.#at, bytes);
    this.#parts.push(bytes);
    this.#partBytes += bytes.length;
    this.#at += bytes.length;
    return extent;
  }

  #writeIfMuch(): Promise<void> | undefined {
    return this.#partBytes >= writeBytes ? this.#write() : undefined;
  }

  async #write(): Promise<void> {
    const bytes = Buffer.concat(this.#parts);
    const from = this.#at - bytes.length;
    this.#parts = [];
    this.#partBytes = 0;
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, from + written);
      written += bytesWritten;
    }
  }
}
