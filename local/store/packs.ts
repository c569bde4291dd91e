import { readdirSync, rmSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { letGo } from "../kernel/let-go.ts";
import { bytesOfText } from "../kernel/text-bytes.ts";
import { syncFolder } from "./folder.ts";
import type { Cell, LogTable } from "./log-table.ts";
import { LogTables } from "./log-tables.ts";
import { type Manifest, noPacks, type PackEntry, readManifest, writeManifest } from "./manifest.ts";
import { Pack } from "./pack.ts";
import { goneBlock, type OldSection, Rows, type Section } from "./pack-parts.ts";
import { PackSet } from "./pack-set.ts";
import { PackWriter } from "./pack-writer.ts";
import type { PackedIndex, Place } from "./packed-index.ts";
import { Stopped, Turns } from "./turns.ts";

/** How many neighbours of one level are merged into one of the next. */
const together = 4;
/** A larger young pack, from a log that grew during a merge, is compressed without waiting for neighbours, which would take long. */
const heaviestPlain = 32 * 1024 * 1024;
/** Blocks of at least this size are copied as they are; smaller ones are combined. */
const wholeBytes = 1024;

/** How many bytes of a pack are verified at once. */
const lookedAt = 512 * 1024;

/**
 * The packs of a store: what checkpoints have moved from the log. A checkpoint creates a pack of all changes since the last one. Neighbours of
 * similar age are
 * merged, and a pack that is half dead is rewritten. Each operation writes a new file, and takes effect when the manifest is replaced.
 */
export class Packs {
  readonly tables: LogTables;
  readonly #folder: string;
  readonly #set = new PackSet();
  /** The slots, oldest pack first. */
  #order: number[] = [];
  #manifest: Manifest;
  #next = 1;
  #stopped = false;
  /** For tests: called after each step. */
  readonly #step: (what: string) => void;

  /** @throws Error if something is missing or damaged */
  constructor(folder: string, step: (what: string) => void = () => undefined) {
    this.#folder = folder;
    this.#step = step;
    this.#manifest = readManifest(this.#manifestPath) ?? noPacks;
    this.tables = new LogTables(this.#set, () => this.#order);
    try {
      for (const entry of this.#manifest.packs) this.#order.push(this.#set.add(new Pack(this.#path(entry.id), entry)));
      this.#restore();
    } catch (error) {
      this.#set.close();
      throw error;
    }
  }

  /** The first log to replay, and the checksum of the line that precedes it. */
  get log(): { log: number; sum: string } {
    return this.#manifest;
  }

  /** Deletes the leftovers of a killed process: incomplete and obsolete packs. */
  sweep(): void {
    const known = new Set(this.#manifest.packs.map(({ id }) => nameOf(id)));
    for (const name of readdirSync(this.#folder)) {
      if (/^store\.(\d+\.pack(\.new)?|packs\.new)$/.test(name) && !known.has(name))
        rmSync(join(this.#folder, name), { force: true });
    }
  }

  /**
   * Writes the frozen changes into a pack. From then on the store consists of the packs and the log `log`, which follows the line with the checksum
   * `sum`.
   */
  async checkpoint(log: number, sum: string): Promise<void> {
    const places = new Map<string, Places>();
    const turns = new Turns(() => this.#stopped);
    const written = await this.#write(0, async (writer) => {
      for (const table of this.tables.all()) {
        const { frozen } = table;
        if (frozen === undefined || frozen.size === 0) continue;
        await writer.beginTable(table.name, table.form);
        const own = new Places();
        places.set(table.name, own);
        for (const [key, { value, born }] of frozen) {
          await turns.next();
          own.add(writer.block, writer.at);
          if (value === undefined) writer.mark(key);
          else await writer.add(key, born, JSON.stringify(value), table.headOf(value));
        }
      }
    });
    const packs = [...this.#manifest.packs, ...(written ? [written.entry] : [])];
    await this.#install({ log, sum, packs });
    const slot = written ? this.#set.add(written) : -1;
    if (written) this.#order = [...this.#order, slot];
    // Frozen changes take precedence over the index, so intermediate states are not visible.
    for (const table of this.tables.all()) {
      let row = 0;
      const own = places.get(table.name);
      for (const [key, cell] of table.frozen ?? []) {
        await turns.next();
        this.#takeUp(table, key, cell, { pack: slot, block: own?.blocks[row] ?? 0, at: own?.ats[row] ?? 0 });
        row++;
      }
      table.thaw();
      table.index.tidy();
    }
    this.#step("a checkpoint taken up");
  }

  /** Updates the index of a table with the new position of a record. */
  #takeUp({ index }: LogTable, key: string, { value, born, fresh }: Cell, place: Place): void {
    const entry = index.find(key);
    if (entry !== -1) this.#set.get(index.packOf(entry)).alive--;
    if (entry !== -1 && (value === undefined || fresh)) index.remove(entry);
    if (value === undefined) return;
    this.#set.get(place.pack).alive++;
    if (entry !== -1 && !fresh) index.put(entry, place);
    else {
      const bytes = bytesOfText(key);
      index.add(bytes, 0, bytes.length, place, born);
    }
  }

  /**
   * Merges small packs, and rewrites those that are half dead or have outdated heads, until nothing remains to be done, or until there is more urgent
   * work.
   */
  async compact(isWanted: () => boolean = () => false): Promise<void> {
    for (let range = this.#worthwhile(); range !== undefined; range = this.#worthwhile()) {
      await this.#merge(...range);
      if (isWanted()) return;
    }
  }

  /** Verifies the checksums of all records, a few blocks at a time. @throws Error if one is damaged */
  async check(): Promise<void> {
    const bytes = Buffer.allocUnsafeSlow(lookedAt);
    for (const [, pack] of [...this.#set.all(this.#order)]) {
      for (let block = 0; block < pack.header.blocks.count; ) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        // The pack may have been rewritten in the meantime.
        if (this.#stopped || !this.#order.some((slot) => this.#set.get(slot) === pack)) break;
        block = await pack.check(block, bytes);
      }
    }
  }

  /** Cancels the pack being written at its next block. */
  stop(): void {
    this.#stopped = true;
  }

  /** Closes all packs. Nothing may be in progress: call `stop` first and wait. */
  close(): void {
    this.#set.close();
  }

  get #manifestPath(): string {
    return join(this.#folder, "store.packs");
  }

  #path(id: number): string {
    return join(this.#folder, nameOf(id));
  }

  /** Builds the index from the packs; the last pack with a key counts. */
  #restore(): void {
    let last = 0;
    const counts = new Map<string, number>();
    for (const [, { header }] of this.#set.all(this.#order))
      for (const { table, records } of header.sections) counts.set(table, (counts.get(table) ?? 0) + records);
    for (const [name, count] of counts) this.tables.table(name).index.reserve(count);
    for (const [slot, pack] of this.#set.all(this.#order)) {
      this.#next = Math.max(this.#next, pack.entry.id + 1);
      for (const section of pack.header.sections) {
        const { index } = this.tables.table(section.table);
        const keys = pack.keys(section);
        index.reserve(
          0,
          keys.lengths.reduce((sum, length) => sum + length, 0),
        );
        const row = new Rows({ keys });
        while (row.next()) {
          const { block, at, born } = row;
          if (block === goneBlock) {
            const entry = index.findBytes(row.keys, row.keyStart, row.keyEnd);
            if (entry === -1) continue;
            this.#set.get(index.packOf(entry)).alive--;
            index.remove(entry);
            continue;
          }
          const end = index.end;
          const entry = index.enter(row.keys, row.keyStart, row.keyEnd);
          if (entry < end) this.#set.get(index.packOf(entry)).alive--;
          pack.alive++;
          last = Math.max(last, born);
          index.put(entry, { pack: slot, block, at });
          index.setBorn(entry, born);
        }
        letGo(keys.bytes);
      }
    }
    for (const table of this.tables.all()) table.restored();
    this.tables.youngerThan(last);
  }

  /** Writes a pack and opens it; `undefined` if it would be empty. */
  async #write(level: number, fill: (writer: PackWriter) => Promise<void>): Promise<Pack | undefined> {
    const id = this.#next++;
    const path = this.#path(id);
    const writer = await PackWriter.open(`${path}.new`, level === 0);
    try {
      await fill(writer);
      if (writer.size === 0) {
        await writer.abandon();
        return undefined;
      }
      this.#step("a pack filled");
      const { bytes, header } = await writer.finish();
      await rename(`${path}.new`, path);
      await syncFolder(this.#folder);
      this.#step("a pack written");
      return new Pack(path, { id, level, bytes, header });
    } catch (error) {
      await writer.abandon();
      await rm(path, { force: true });
      throw error;
    }
  }

  async #install(manifest: Manifest): Promise<void> {
    if (this.#stopped) throw new Stopped("The store closes.");
    await writeManifest(this.#manifestPath, manifest);
    await syncFolder(this.#folder);
    this.#manifest = manifest;
    this.#step("a manifest written");
  }

  /** The range of packs to merge, from the first index up to but excluding the second. */
  #worthwhile(): [from: number, to: number] | undefined {
    const { packs } = this.#manifest;
    for (let from = 0; from + together <= packs.length; from++) {
      const run = packs.slice(from, from + together);
      if (run.every(({ level }) => level === run[0]?.level)) return [from, from + together];
    }
    const heavy = packs.findLastIndex(isHeavy);
    // Together with the preceding ones of its level, which would otherwise have no neighbours.
    if (heavy !== -1) return [packs.findLastIndex(({ level }, at) => at < heavy && level > 0) + 1, heavy + 1];
    const worn = this.#order.findIndex((slot, place) => {
      const { alive, header } = this.#set.get(slot);
      if (alive * 2 < header.records || (place === 0 && header.marks > alive)) return true;
      return header.sections.some(({ table, form }) => {
        const wanted = this.tables.table(table).form;
        return wanted !== undefined && wanted !== form;
      });
    });
    return worn === -1 ? undefined : [worn, worn + 1];
  }

  /** Merges the current records of neighbouring packs into one, which replaces them. */
  async #merge(from: number, to: number): Promise<void> {
    const slots = this.#order.slice(from, to);
    const entries: PackEntry[] = slots.map((slot) => this.#set.get(slot).entry);
    const moved = new Map<string, Moved>();
    const level =
      Math.max(...entries.map((entry) => entry.level)) + (entries.length > 1 || entries.some(isHeavy) ? 1 : 0);
    const written = await this.#write(level, async (writer) => {
      for (const table of this.tables.all()) {
        const own = new Moved();
        await writer.beginTable(table.name, this.#formOf(table.name, slots));
        for (const [slot, pack] of this.#set.all(slots)) {
          for (const section of pack.header.sections) {
            if (section.table === table.name)
              await this.#copy({ slot, pack, section, marks: from > 0 }, table, writer, own);
          }
        }
        moved.set(table.name, own);
      }
    });
    const { packs, log, sum } = this.#manifest;
    await this.#install({ log, sum, packs: packs.toSpliced(from, to - from, ...(written ? [written.entry] : [])) });
    if (written) {
      const slot = this.#set.add(written);
      this.#order = this.#order.toSpliced(from, to - from, slot);
      for (const [name, own] of moved) own.apply(this.tables.table(name).index, slot);
      written.alive = written.header.records;
    } else this.#order = this.#order.toSpliced(from, to - from);
    for (const slot of slots) {
      const { path } = this.#set.get(slot);
      this.#set.remove(slot);
      await rm(path, { force: true });
    }
    this.#step("packs brought together");
  }

  /** The form of heads from now on: the one that the table's user asked for, or otherwise the existing one. */
  #formOf(table: string, slots: readonly number[]): string | undefined {
    const sections = slots.flatMap((slot) => this.#set.get(slot).header.sections);
    return this.tables.table(table).form ?? sections.findLast((section) => section.table === table)?.form;
  }

  /** Copies the current records of a table from one pack, and the tombstones if older packs may contain their keys. */
  async #copy(from: Source, table: LogTable, writer: PackWriter, moved: Moved): Promise<void> {
    const { slot, pack, section, marks } = from;
    const { index } = table;
    const turns = new Turns(() => this.#stopped);
    let block = new BlockRows(-1);
    const row = new Rows(pack.parts(section));
    while (row.next()) {
      await turns.next();
      const entry = index.findBytes(row.keys, row.keyStart, row.keyEnd);
      if (row.block === goneBlock) {
        if (marks && entry === -1) writer.mark(row.keys.subarray(row.keyStart, row.keyEnd));
        continue;
      }
      if (row.block !== block.number) {
        await this.#copyBlock(from, table, block, writer, moved);
        block = new BlockRows(row.block);
      }
      block.add(row, index.isAt(entry, slot, row.block, row.at) ? entry : -1);
    }
    await this.#copyBlock(from, table, block, writer, moved);
  }

  /** Copies the current records of a block: the whole block unchanged if all are current. */
  async #copyBlock(
    { pack, section }: Source,
    table: LogTable,
    { number, rows, entries, alive }: BlockRows,
    writer: PackWriter,
    moved: Moved,
  ): Promise<void> {
    if (alive === 0) return;
    const hasHeads = section.form === table.form || table.form === undefined;
    if (hasHeads && alive === rows.length && !pack.header.plain) {
      const kept = pack.kept(number);
      if (kept.length >= wholeBytes) {
        await writer.beginKept();
        for (const [at, { key, born, head }] of rows.entries()) {
          moved.add(entries[at] as number, writer.block, at);
          writer.addKept(key, born, at, head);
        }
        await writer.endKept(kept);
        return;
      }
    }
    const { bytes, starts } = pack.block(number);
    for (const [at, { key, born, head }] of rows.entries()) {
      const entry = entries[at] as number;
      if (entry === -1) continue;
      const text = bytes.subarray(starts[at], starts[at + 1]);
      moved.add(entry, writer.block, writer.at);
      await writer.add(key, born, text, hasHeads ? head : table.headOf(JSON.parse(text.toString())));
    }
  }
}

/** The rows of one block of a pack, in order. */
class BlockRows {
  readonly number: number;
  readonly rows: { key: Buffer; born: number; head: Buffer | undefined }[] = [];
  /** Their index entries; -1 for records that were overwritten or deleted since. */
  readonly entries: number[] = [];
  alive = 0;

  constructor(number: number) {
    this.number = number;
  }

  add({ keys, heads, keyStart, keyEnd, born, headStart, headEnd }: Rows, entry: number): void {
    const head = headStart === -1 ? undefined : heads.subarray(headStart, headEnd);
    this.rows.push({ key: keys.subarray(keyStart, keyEnd), born, head });
    this.entries.push(entry);
    if (entry !== -1) this.alive++;
  }
}

/** The part of a pack to copy. */
interface Source {
  readonly slot: number;
  readonly pack: Pack;
  readonly section: Section | OldSection;
  /** Whether older packs may contain records that a tombstone deletes. */
  readonly marks: boolean;
}

/** Positions in a pack, in row order. */
class Places {
  readonly blocks: number[] = [];
  readonly ats: number[] = [];

  add(block: number, at: number): void {
    this.blocks.push(block);
    this.ats.push(at);
  }
}

/** The new positions of index entries, for when the pack is in place. */
class Moved {
  readonly #entries: number[] = [];
  readonly #places = new Places();

  add(entry: number, block: number, at: number): void {
    this.#entries.push(entry);
    this.#places.add(block, at);
  }

  apply(index: PackedIndex, pack: number): void {
    const { blocks, ats } = this.#places;
    for (const [row, entry] of this.#entries.entries())
      index.put(entry, { pack, block: blocks[row] as number, at: ats[row] as number });
  }
}

const nameOf = (id: number) => `store.${id}.pack`;

const isHeavy = ({ level, bytes }: PackEntry): boolean => level === 0 && bytes > heaviestPlain;
