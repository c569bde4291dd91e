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

/** Where the head of a record is kept, as JSON, and its key, as `writeText` writes it; for the moment of a call. */
export interface KeptHead {
  readonly keys: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly heads: Buffer;
  readonly headStart: number;
  readonly headEnd: number;
}

/** Whoever wants the heads of a table. */
export interface HeadTaker<H> {
  kept(head: KeptHead): void;
  /** One that is not kept. */
  made(key: string, head: H): void;
}

/** The records of a table, in the order in which they came. Only read from it. */
export interface Table<T> extends Iterable<[string, T]> {
  readonly size: number;
  /** Whether there is a record of this key. Reads nothing from the disk. */
  has(key: string): boolean;
  /** The record; read from the disk when it has not been in use for a while. @throws Error when it is damaged there */
  get(key: string): T | undefined;
  /** The keys. Nothing is to be committed to the table while they are gone through. */
  keys(): IterableIterator<string>;
  /** The records; each is read from the disk where it has not been in use for a while. @throws Error when one is damaged there */
  values(): IterableIterator<T>;
  /**
   * Shows a small part of each record, in no order: what `of` makes of it. A checkpoint keeps it beside the record's place, so a start does not read what it
   * does not need. Those that are kept are shown where they stand, and nothing is made of them.
   * @param form what is before a colon in it says what heads mean; what follows, how much they tell. Those that mean something else are made anew; packs
   * whose heads tell another amount are written anew in time.
   */
  eachHead<H>(form: () => string, of: (value: T) => H, taker: HeadTaker<H>): void;
}

/**
 * The one store of the local Azure. What is committed at once is one line of an append-only log; a checkpoint takes what has not changed since the last one out of
 * memory. A commit is atomic: after a crash it is there whole or not at all, and never without the commits before it.
 */
export interface Store {
  /** The records of a table, as they were restored at opening and as every commit since has left them. */
  table<T>(name: string): Table<T>;
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
