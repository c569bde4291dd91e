import type { Change } from "./store.ts";

/** The records in memory, table by table. */
export class Tables {
  readonly #tables = new Map<string, Map<string, unknown>>();

  table<T>(name: string): Map<string, T> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = new Map();
      this.#tables.set(name, table);
    }
    return table as Map<string, T>;
  }

  names(): string[] {
    return [...this.#tables].filter(([, records]) => records.size > 0).map(([name]) => name);
  }

  get size(): number {
    let size = 0;
    for (const records of this.#tables.values()) size += records.size;
    return size;
  }

  apply(changes: readonly Change[]): void {
    for (const { table, key, value } of changes) {
      if (value === undefined) this.table(table).delete(key);
      else this.table(table).set(key, value);
    }
  }

  *changes(): Generator<Change> {
    for (const [table, records] of this.#tables) {
      for (const [key, value] of records) yield { table, key, value };
    }
  }
}
