import type { Change, Store } from "./store.ts";
import { Tables } from "./tables.ts";

/** A store in memory only: for unit tests. */
export function openMemoryStore(): Store {
  const tables = new Tables();
  return {
    table: <T>(name: string) => tables.table<T>(name),
    tables: () => tables.names(),
    makeRoom: () => undefined,
    problem: () => undefined,
    commit: async (changes: readonly Change[]) => tables.apply(changes),
    close: async () => undefined,
  };
}
