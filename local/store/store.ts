import { Refusal } from "../kernel/refusal.ts";

/** Nothing can be taken on, since it could not be written. */
export class StoreFullError extends Refusal {
  constructor(message: string) {
    super(503, "ServiceUnavailable", message);
  }
}

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
   * Acknowledge to a caller only what has resolved. While the disk is full it waits for room. Rejects when the disk refuses for another reason;
   * the store then takes no further commit.
   */
  commit(changes: readonly Change[]): Promise<void>;
  /**
   * To be called before anything is changed for a request from outside, whose body has `bytes`: sees to it that the change can be written.
   * @throws StoreFullError when it could not be; as soon as there is room again, it can.
   */
  makeRoom(bytes: number): void;
  /** What keeps the store from writing, in words, looked at now; `undefined` when nothing does. */
  problem(): string | undefined;
  /** Waits for what is under way and lets go of the folder. */
  close(): Promise<void>;
}
