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
/** A block is closed at so many bytes: large enough to compress well, small enough to be read for one record. */
const blockBytes = 32 * 1024;
/** The same for blocks that are left as they are. */
const plainBytes = 16 * 1024;
const blockRecords = 4096;
/** So many bytes go to the file at once. */
const writeBytes = 256 * 1024;

/** A pack that is complete. */
export interface WrittenPack {
  readonly bytes: number;
  readonly header: Extent;
}

/** Writes a pack: records by table, in compressed blocks, each table's keys and places after its records. */
export class PackWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Blocks are left as they are. */
  readonly #plain: boolean;
  readonly #blockBytes: number;
  /** Where the next part goes, and what of the file is still to be written. */
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

  /** Begins a pack, in place of any file of that path. @param plain whether blocks are left uncompressed */
  static async open(path: string, plain: boolean): Promise<PackWriter> {
    return new PackWriter(path, await open(path, "w"), plain);
  }

  /** How many records and marks there are so far. */
  get size(): number {
    return this.#records + this.#marks;
  }

  /** Which block the next record gets. */
  get block(): number {
    return this.#blocks.length;
  }

  /** The next record's place in its block. */
  get at(): number {
    return this.#texts.length;
  }

  /** What follows is of this table. */
  async beginTable(name: string, form: string | undefined): Promise<void> {
    await this.#endTable();
    this.#table = { name, form, rows: new SectionRows() };
  }

  /** Takes a record; there is something to be waited for only when a block was filled by it. */
  add(key: Text, born: number, text: Text, head: Text | undefined): Promise<void> | undefined {
    this.#table?.rows.add(key, born, this.block, this.at, head);
    this.#records++;
    this.#texts.push(text);
    this.#textBytes += Buffer.byteLength(text);
    return this.#textBytes >= this.#blockBytes || this.#texts.length >= blockRecords ? this.#endBlock() : undefined;
  }

  /** Begins a block that is kept already in the form that this pack has. The keys of its records follow, by `addKept`, and then `endKept`. */
  async beginKept(): Promise<void> {
    await this.#endBlock();
  }

  /** A record of a block that is taken over. */
  addKept(key: Text, born: number, at: number, head: Text | undefined): void {
    this.#table?.rows.add(key, born, this.block, at, head);
    this.#records++;
  }

  /** Takes the block over, as it is kept in the other pack; there is something to be waited for only when much has come together. */
  endKept(block: Buffer): Promise<void> | undefined {
    this.#blocks.push(this.#put(block));
    return this.#writeIfMuch();
  }

  /** Notes that a record is gone, which an older pack has. */
  mark(key: Text): void {
    this.#table?.rows.add(key, 0, goneBlock, 0, undefined);
    this.#marks++;
  }

  /** Ends it; it is on disk then. */
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

  /** Gives it up. */
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

  /** Puts a part behind the others. */
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
