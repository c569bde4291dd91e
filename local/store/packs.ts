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

/** So many neighbours of one level become one of the next. */
const together = 4;
/** A young pack of more bytes, as comes of a log that grew while others were brought together, is compressed without waiting for neighbours: they would be long in coming. */
const heaviestPlain = 32 * 1024 * 1024;
/** A block of so many bytes is worth being copied as it is; of smaller ones larger ones are made. */
const wholeBytes = 1024;

/** So many bytes of a pack are looked at at once. */
const lookedAt = 512 * 1024;

/**
 * The packs of a store: what checkpoints have taken out of the log. A checkpoint makes one of all that was changed since the last; neighbours of an age are
 * brought together, and one that is half dead is written anew. Each of these is done aside and takes effect when the manifest is put in place.
 */
export class Packs {
  readonly tables: LogTables;
  readonly #folder: string;
  readonly #set = new PackSet();
  /** The slots, older packs first. */
  #order: number[] = [];
  #manifest: Manifest;
  #next = 1;
  #stopped = false;
  /** For tests: told what has just been done. */
  readonly #step: (what: string) => void;

  /** @throws Error when something of them is missing or damaged */
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

  /** The first log to be read, and the checksum of the line that it follows. */
  get log(): { log: number; sum: string } {
    return this.#manifest;
  }

  /** Removes what a killed process left behind: packs that were not completed, or are not needed any more. */
  sweep(): void {
    const known = new Set(this.#manifest.packs.map(({ id }) => nameOf(id)));
    for (const name of readdirSync(this.#folder)) {
      if (/^store\.(\d+\.pack(\.new)?|packs\.new)$/.test(name) && !known.has(name))
        rmSync(join(this.#folder, name), { force: true });
    }
  }

  /**
   * Writes what is frozen into a pack of its own; from then on the store is the packs and the log `log`, which follows the line with the checksum `sum`.
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
    // What is frozen stands before what the index has, so that nobody sees how far this has come.
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

  /** Puts into the index of a table where one of its records is from now on. */
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
   * Brings together what is small, and writes anew what is half dead or has other heads than are wanted, until nothing is, or until there is something
   * else to be done.
   */
  async compact(isWanted: () => boolean = () => false): Promise<void> {
    for (let range = this.#worthwhile(); range !== undefined; range = this.#worthwhile()) {
      await this.#merge(...range);
      if (isWanted()) return;
    }
  }

  /** Looks whether all records are as they were written, some blocks at a time. @throws Error when one is not */
  async check(): Promise<void> {
    const bytes = Buffer.allocUnsafeSlow(lookedAt);
    for (const [, pack] of [...this.#set.all(this.#order)]) {
      for (let block = 0; block < pack.header.blocks.count; ) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        // It may have been written anew meanwhile.
        if (this.#stopped || !this.#order.some((slot) => this.#set.get(slot) === pack)) break;
        block = await pack.check(block, bytes);
      }
    }
  }

  /** What is being written is given up at its next block. */
  stop(): void {
    this.#stopped = true;
  }

  /** Closes all packs. Nothing of them may be under way: `stop` comes before, and its end is waited for. */
  close(): void {
    this.#set.close();
  }

  get #manifestPath(): string {
    return join(this.#folder, "store.packs");
  }

  #path(id: number): string {
    return join(this.#folder, nameOf(id));
  }

  /** Makes the index of what the packs have: of a key, the last pack counts. */
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

  /** Writes a pack and opens it; `undefined` when there was nothing to be written. */
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

  /** Which packs are to become one: those from the first place up to before the second. */
  #worthwhile(): [from: number, to: number] | undefined {
    const { packs } = this.#manifest;
    for (let from = 0; from + together <= packs.length; from++) {
      const run = packs.slice(from, from + together);
      if (run.every(({ level }) => level === run[0]?.level)) return [from, from + together];
    }
    const heavy = packs.findLastIndex(isHeavy);
    // With those before it of its level, which would have no neighbours any more.
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

  /** Writes what is alive in some neighbours into one pack, which takes their place. */
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

  /** In which form heads are kept from now on: that of the table's user, or, while nobody has asked, the one they have. */
  #formOf(table: string, slots: readonly number[]): string | undefined {
    const sections = slots.flatMap((slot) => this.#set.get(slot).header.sections);
    return this.tables.table(table).form ?? sections.findLast((section) => section.table === table)?.form;
  }

  /** Copies what is alive of a table in one pack, and, where older packs may have the keys, the marks. */
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

  /** Copies what is alive in a block: as it is, where that is all of it. */
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

/** The rows of one block of a pack, in their order. */
class BlockRows {
  readonly number: number;
  readonly rows: { key: Buffer; born: number; head: Buffer | undefined }[] = [];
  /** Those of the index; -1 for what has been overwritten or removed since. */
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

/** What of a pack is copied. */
interface Source {
  readonly slot: number;
  readonly pack: Pack;
  readonly section: Section | OldSection;
  /** Whether older packs may have what is marked as gone. */
  readonly marks: boolean;
}

/** Places in a pack, in the order of what is there. */
class Places {
  readonly blocks: number[] = [];
  readonly ats: number[] = [];

  add(block: number, at: number): void {
    this.blocks.push(block);
    this.ats.push(at);
  }
}

/** Where entries of an index are to be found once a pack is in place. */
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
