import type { Change, HeadTaker, Table } from "./store.ts";

/** A table in memory. */
class MemoryTable<T> extends Map<string, T> implements Table<T> {
  eachHead<H>(_form: () => string, of: (value: T) => H, taker: HeadTaker<H>): void {
    for (const [key, value] of this) taker.made(key, of(value));
  }
}

/** The records in memory, table by table. */
export class Tables {
  readonly #tables = new Map<string, MemoryTable<unknown>>();

  /** Returns a table by its name, always the same object; creates it at first use. */
  table<T>(name: string): MemoryTable<T> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = new MemoryTable();
      this.#tables.set(name, table);
    }
    return table as MemoryTable<T>;
  }

  /** The names of the tables that have records. */
  names(): string[] {
    return [...this.#tables].filter(([, records]) => records.size > 0).map(([name]) => name);
  }

  /** Applies changes in order. */
  apply(changes: readonly Change[]): void {
    for (const { table, key, value } of changes) {
      if (value === undefined) this.table(table).delete(key);
      else this.table(table).set(key, value);
    }
  }

  /** All records as changes that would create them, table by table. */
  *changes(): Generator<Change> {
    for (const [table, records] of this.#tables) {
      for (const [key, value] of records) yield { table, key, value };
    }
  }
}
