/** One change of a record; `undefined` as value deletes it. Values are plain JSON data and must not be changed once handed over. */
export interface Change {
  table: string;
  key: string;
  value: unknown;
}

/**
 * The one store of the local Azure. All records live in memory; every commit is one line of an append-only log.
 * A commit is atomic: after a crash it is there whole or not at all, and never without the commits before it.
 */
export interface Store {
  /** The records of a table, as they were restored at opening and as every commit since has left them. Only read from it. */
  table<T>(name: string): ReadonlyMap<string, T>;
  /** The names of the tables that hold records. */
  tables(): string[];
  /**
   * Applies `changes` in memory at once, in this turn, and resolves when they are on disk.
   * Acknowledge to a caller only what has resolved. Rejects when the disk refuses; the store then takes no further commit.
   */
  commit(changes: readonly Change[]): Promise<void>;
  /** Waits for what is under way and lets go of the folder. */
  close(): Promise<void>;
}
