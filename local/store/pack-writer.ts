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
} from "./pack-parts.ts";

const compress = promisify(deflateRaw);
/** A block is closed at so many bytes: large enough to compress well, small enough to be read for one record. */
const blockBytes = 16 * 1024;
const blockRecords = 4096;

/** A pack that is complete. */
export interface WrittenPack {
  readonly bytes: number;
  readonly header: Extent;
}

/** Writes a pack: records by table, in compressed blocks, each table's keys and places after its records. */
export class PackWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  #at = 0;
  #texts: Buffer[] = [];
  #textBytes = 0;
  readonly #blocks: Extent[] = [];
  readonly #sections: Section[] = [];
  #table: { name: string; form: string | undefined; rows: SectionRows } | undefined;
  #records = 0;
  #marks = 0;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<PackWriter> {
    return new PackWriter(path, await open(path, "w"));
  }

  /** How many records and marks there are so far. */
  get size(): number {
    return this.#records + this.#marks;
  }

  /** Which block the next record gets, and its place there. */
  get place(): { block: number; at: number } {
    return { block: this.#blocks.length, at: this.#texts.length };
  }

  /** What follows is of this table. */
  async beginTable(name: string, form: string | undefined): Promise<void> {
    await this.#endTable();
    this.#table = { name, form, rows: new SectionRows() };
  }

  async add(key: Buffer, born: number, text: Buffer, head: Buffer | undefined): Promise<void> {
    const { block, at } = this.place;
    this.#table?.rows.add(key, born, block, at, head);
    this.#records++;
    this.#texts.push(text);
    this.#textBytes += text.length;
    if (this.#textBytes >= blockBytes || this.#texts.length >= blockRecords) await this.#endBlock();
  }

  /** Notes that a record is gone, which an older pack has. */
  mark(key: Buffer): void {
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
      blocks: { ...(await this.#write(table)), count: this.#blocks.length },
      sections: this.#sections,
    };
    const written = await this.#write(Buffer.from(JSON.stringify(header)));
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
    const texts = this.#texts;
    this.#texts = [];
    this.#textBytes = 0;
    this.#blocks.push(await this.#write(await compress(encodeBlock(texts), { level: 4 })));
  }

  async #endTable(): Promise<void> {
    await this.#endBlock();
    if (this.#table === undefined) return;
    const { name, form, rows } = this.#table;
    this.#table = undefined;
    if (rows.count === 0) return;
    const extent = await this.#write(rows.encode());
    this.#sections.push({ ...extent, table: name, ...(form === undefined ? {} : { form }), records: rows.count });
  }

  async #write(bytes: Buffer): Promise<Extent> {
    const extent = extentOf(this.#at, bytes);
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, this.#at + written);
      written += bytesWritten;
    }
    this.#at += bytes.length;
    return extent;
  }
}
