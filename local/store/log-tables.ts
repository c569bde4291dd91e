import { LogTable } from "./log-table.ts";
import type { PackSet } from "./pack-set.ts";
import type { Change } from "./store.ts";

/** The tables of a store on disk. */
export class LogTables {
  readonly #tables = new Map<string, LogTable>();
  readonly #packs: PackSet;
  readonly #order: () => readonly number[];
  #born = 0;

  /** @param order the slots of the packs, oldest first */
  constructor(packs: PackSet, order: () => readonly number[]) {
    this.#packs = packs;
    this.#order = order;
  }

  /** Returns a table by its name, always the same object; creates it at first use. */
  table<T>(name: string): LogTable<T> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = new LogTable(name, this.#packs, this.#order);
      this.#tables.set(name, table);
    }
    return table as LogTable<T>;
  }

  /** All tables that were requested, or have records. */
  all(): IterableIterator<LogTable> {
    return this.#tables.values();
  }

  /** The names of the tables that have records. */
  names(): string[] {
    return [...this.all()].filter(({ size }) => size > 0).map(({ name }) => name);
  }

  /** New records get order numbers after `born`. */
  youngerThan(born: number): void {
    this.#born = Math.max(this.#born, born);
  }

  /** Applies changes in memory, in order; the caller writes them to disk. */
  apply(changes: readonly Change[]): void {
    for (const { table, key, value } of changes) this.table(table).set(key, value, ++this.#born);
  }

  /** Freezes all changes so far for a checkpoint; see `LogTable.freeze`. */
  freeze(): void {
    for (const table of this.all()) table.freeze();
  }
}
