import { letGo } from "../kernel/let-go.ts";
import { readText } from "../kernel/text-bytes.ts";
import { Rows } from "./pack-parts.ts";
import type { PackSet } from "./pack-set.ts";
import { PackedIndex } from "./packed-index.ts";
import type { HeadTaker, Table } from "./store.ts";

/** A record that changed since the last checkpoint; without a value it is deleted. */
export interface Cell {
  readonly value: unknown;
  /** Ascending: the order in which records were created. */
  readonly born: number;
  /** It is a new record, even if a layer below has its key. */
  readonly fresh: boolean;
}

/** The part of a record that the index keeps beside its position. */
interface Heads {
  readonly form: () => string;
  readonly of: (value: never) => unknown;
}

/**
 * The records of a table in three layers: those changed since the last checkpoint, in memory; those of the checkpoint in progress, also in memory;
 * and the packs, of which only keys and positions are in memory.
 */
export class LogTable<T = unknown> implements Table<T> {
  readonly index = new PackedIndex();
  readonly name: string;
  readonly #packs: PackSet;
  /** The slots of the packs, oldest first. */
  readonly #order: () => readonly number[];
  #changed = new Map<string, Cell>();
  #frozen: Map<string, Cell> | undefined;
  #size = 0;
  #heads: Heads | undefined;

  constructor(name: string, packs: PackSet, order: () => readonly number[]) {
    this.name = name;
    this.#packs = packs;
    this.#order = order;
  }

  get size(): number {
    return this.#size;
  }

  /** The changes of the checkpoint in progress, if any. */
  get frozen(): ReadonlyMap<string, Cell> | undefined {
    return this.#frozen;
  }

  /** The current form of heads. */
  get form(): string | undefined {
    return this.#heads?.form();
  }

  /** Called after the packs have been loaded. */
  restored(): void {
    this.index.tidy();
    this.index.trim();
    this.#size = this.index.size;
  }

  /** The head of a value in its stored form. */
  headOf(value: unknown): string | undefined {
    return this.#heads && JSON.stringify(this.#heads.of(value as never));
  }

  /** @param born the order number of a new record */
  set(key: string, value: unknown, born: number): void {
    const cell = this.#changed.get(key) ?? this.#frozen?.get(key);
    const entry = cell === undefined ? this.index.find(key) : -1;
    const isThere = cell === undefined ? entry !== -1 : cell.value !== undefined;
    if (value === undefined) {
      if (!isThere) return;
      this.#size--;
      this.#changed.delete(key);
      if (this.#isBelow(key)) this.#changed.set(key, { value, born: 0, fresh: false });
      return;
    }
    if (isThere) {
      // A new record stays new, even if an earlier one had the same key.
      const fresh = this.#changed.get(key)?.fresh ?? false;
      this.#changed.set(key, { value, born: cell?.born ?? this.index.bornOf(entry), fresh });
      return;
    }
    this.#size++;
    this.#changed.delete(key);
    this.#changed.set(key, { value, born, fresh: true });
  }

  /** Freezes the changes so far for a checkpoint; later ones are kept separately. */
  freeze(): void {
    this.#frozen = this.#changed;
    this.#changed = new Map();
  }

  /** Called when the frozen changes are in a pack. */
  thaw(): void {
    this.#frozen = undefined;
  }

  has(key: string): boolean {
    const cell = this.#changed.get(key) ?? this.#frozen?.get(key);
    return cell === undefined ? this.index.find(key) !== -1 : cell.value !== undefined;
  }

  get(key: string): T | undefined {
    const cell = this.#changed.get(key) ?? this.#frozen?.get(key);
    if (cell !== undefined) return cell.value as T | undefined;
    const entry = this.index.find(key);
    return entry === -1 ? undefined : this.#read(entry, false);
  }

  *keys(): Generator<string, undefined> {
    for (const [key] of this.#all()) yield key;
    return undefined;
  }

  *values(): Generator<T, undefined> {
    for (const [, cell, entry] of this.#all()) yield cell === undefined ? this.#read(entry, true) : (cell.value as T);
    return undefined;
  }

  *[Symbol.iterator](): Generator<[string, T], undefined> {
    for (const [key, cell, entry] of this.#all())
      yield [key, cell === undefined ? this.#read(entry, true) : (cell.value as T)];
    return undefined;
  }

  eachHead<H>(form: () => string, of: (value: T) => H, taker: HeadTaker<H>): void {
    this.#heads = { form, of };
    const { index } = this;
    const meaning = meaningOf(form());
    const elsewhere = new Set<number>();
    for (const cells of [this.#frozen ?? [], this.#changed]) for (const [key] of cells) elsewhere.add(index.find(key));
    for (const [slot, pack] of this.#packs.all(this.#order())) {
      for (const section of pack.header.sections) {
        if (section.table !== this.name) continue;
        const isMeant = meaningOf(section.form) === meaning;
        const parts = pack.parts(section);
        const row = new Rows(parts);
        // Most rows are in the same order in the index.
        for (let next = 0; row.next(); ) {
          const entry = index.isAt(next, slot, row.block, row.at)
            ? next
            : index.findBytes(row.keys, row.keyStart, row.keyEnd);
          if (entry === -1 || !index.isAt(entry, slot, row.block, row.at)) continue;
          next = entry + 1;
          if (elsewhere.has(entry)) continue;
          if (isMeant && row.headStart !== -1) taker.kept(row);
          else taker.made(readText(row.keys, row.keyStart, row.keyEnd), of(this.#read(entry, true)));
        }
        letGo(parts.keys.bytes);
        if (parts.heads !== undefined) letGo(parts.heads.bytes);
      }
    }
    for (const [key, { value }] of this.#frozen ?? [])
      if (value !== undefined && !this.#changed.has(key)) taker.made(key, of(value as T));
    for (const [key, { value }] of this.#changed) if (value !== undefined) taker.made(key, of(value as T));
  }

  /** The keys in order, each with its cell or, if there is none, with its index entry. */
  *#all(): Generator<[key: string, cell: Cell | undefined, entry: number], undefined> {
    const { index } = this;
    for (let entry = 0; entry < index.end; entry++) {
      if (!index.isAlive(entry)) continue;
      const key = index.keyOf(entry);
      const changed = this.#changed.get(key);
      const frozen = this.#frozen?.get(key);
      const cell = changed ?? frozen;
      if (cell === undefined) yield [key, undefined, entry];
      else if (cell.value !== undefined && !changed?.fresh && !frozen?.fresh) yield [key, cell, entry];
    }
    for (const [key, frozen] of this.#frozen ?? []) {
      if (!frozen.fresh) continue;
      const cell = this.#changed.get(key) ?? frozen;
      if (cell.value !== undefined && (cell === frozen || !cell.fresh)) yield [key, cell, -1];
    }
    for (const [key, cell] of this.#changed) if (cell.fresh && cell.value !== undefined) yield [key, cell, -1];
    return undefined;
  }

  /** Whether a layer below the changes has the key, so that a deletion must be recorded. */
  #isBelow(key: string): boolean {
    const frozen = this.#frozen?.get(key);
    return frozen === undefined ? this.index.find(key) !== -1 : frozen.value !== undefined;
  }

  #read(entry: number, passing: boolean): T {
    const { index } = this;
    return this.#packs.value(index.packOf(entry), index.blockOf(entry), index.atOf(entry), passing) as T;
  }
}

const meaningOf = (form: string | undefined) => form?.split(":")[0];
