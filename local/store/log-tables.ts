import { LogTable } from "./log-table.ts";
import type { PackSet } from "./pack-set.ts";
import type { Change } from "./store.ts";

/** The tables of a store that is on disk. */
export class LogTables {
  readonly #tables = new Map<string, LogTable>();
  readonly #packs: PackSet;
  readonly #order: () => readonly number[];
  #born = 0;

  /** @param order the slots of the packs, older ones first */
  constructor(packs: PackSet, order: () => readonly number[]) {
    this.#packs = packs;
    this.#order = order;
  }

  /** A table by its name, made when it is first asked for; the same each time. */
  table<T>(name: string): LogTable<T> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = new LogTable(name, this.#packs, this.#order);
      this.#tables.set(name, table);
    }
    return table as LogTable<T>;
  }

  /** All that were asked for, or have records. */
  all(): IterableIterator<LogTable> {
    return this.#tables.values();
  }

  /** The names of those that have records. */
  names(): string[] {
    return [...this.all()].filter(({ size }) => size > 0).map(({ name }) => name);
  }

  /** Records that come from now on are younger than `born`. */
  youngerThan(born: number): void {
    this.#born = Math.max(this.#born, born);
  }

  /** Makes changes in memory, in their order; whoever calls writes them down. */
  apply(changes: readonly Change[]): void {
    for (const { table, key, value } of changes) this.table(table).set(key, value, ++this.#born);
  }

  /** Sets apart all that was changed so far, for a checkpoint to write; see `LogTable.freeze`. */
  freeze(): void {
    for (const table of this.all()) table.freeze();
  }
}
