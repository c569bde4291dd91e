import { Refusal } from "../kernel/refusal.ts";

/** A change cannot be accepted, because it could not be written. */
export class StoreFullError extends Refusal {
  constructor(message: string) {
    super(503, "ServiceUnavailable", message);
  }
}

/** One change of a record; the value `undefined` deletes it. Values are plain JSON data and must not be modified afterwards. */
export interface Change {
  table: string;
  key: string;
  value: unknown;
}

/** The stored head of a record as JSON, and its key in the encoding of `writeText`. Valid only during the call. */
export interface KeptHead {
  readonly keys: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly heads: Buffer;
  readonly headStart: number;
  readonly headEnd: number;
}

/** Receives the heads of a table. */
export interface HeadTaker<H> {
  kept(head: KeptHead): void;
  /** A head that was not stored. */
  made(key: string, head: H): void;
}

/** The records of a table, in the order in which they were created. Read-only. */
export interface Table<T> extends Iterable<[string, T]> {
  readonly size: number;
  /** Whether there is a record with this key. Does not read from disk. */
  has(key: string): boolean;
  /** The record; read from disk if it was not used recently. @throws Error if it is damaged there */
  get(key: string): T | undefined;
  /** The keys. Nothing may be committed to the table during the iteration. */
  keys(): IterableIterator<string>;
  /** The records; read from disk if they were not used recently. @throws Error if one is damaged there */
  values(): IterableIterator<T>;
  /**
   * Passes a small part of each record, its head, to `taker`, in no particular order. `of` computes it. A checkpoint stores it beside the record's
   * position, so a start need not read whole
   * records. Stored heads are passed in place, without parsing.
   * @param form the part before a colon identifies the meaning of heads; the rest, how much they contain. Heads of another meaning are computed
   * again; packs
   * whose heads contain another amount are rewritten in time.
   */
  eachHead<H>(form: () => string, of: (value: T) => H, taker: HeadTaker<H>): void;
}

/**
 * The single store of the local Azure. Changes that are committed together are one line of an append-only log; a checkpoint moves what has not
 * changed since the last one out of
 * memory. A commit is atomic: after a crash it is there entirely or not at all, and never without the commits before it.
 */
export interface Store {
  /** The records of a table, as restored at opening and changed by every commit since. */
  table<T>(name: string): Table<T>;
  /** The names of the tables that have records. */
  tables(): string[];
  /**
   * Applies `changes` in memory at once, in this turn, and resolves when they are on disk.
   * Acknowledge to a caller only after that. While the disk is full it waits. Rejects if the disk fails for another reason;
   * the store then accepts no further commits.
   */
  commit(changes: readonly Change[]): Promise<void>;
  /**
   * Must be called before any change for an external request, whose body has `bytes`: ensures that the change can be written.
   * @throws StoreFullError if it could not; it succeeds again once there is space.
   */
  makeRoom(bytes: number): void;
  /** Why the store cannot write now, in words; `undefined` if it can. */
  problem(): string | undefined;
  /** Waits for pending work and releases the folder. */
  close(): Promise<void>;
}
