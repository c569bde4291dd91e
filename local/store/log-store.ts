import { closeSync, constants, createReadStream, existsSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { type FileHandle, open, rename, truncate } from "node:fs/promises";
import { join } from "node:path";
import { lockFolder } from "./folder-lock.ts";
import { decodeCommit, encodeCommit } from "./log-line.ts";
import type { Change, Store } from "./store.ts";
import { Tables } from "./tables.ts";

/** The log is rewritten at opening once it holds this many times more lines' worth of records than are alive. */
const rewriteAtGarbageRatio = 4;
const rewriteAtLeast = 10_000;
/** On Linux each write is on disk when it returns: one call, where writing and then syncing are two. Elsewhere the flag is missing or promises less. */
const syncsByItself = process.platform === "linux";
const appending = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (syncsByItself ? constants.O_DSYNC : 0);
/** Records a line when the log is rewritten. */
const recordsPerLine = 500;

/**
 * Opens (or makes) the store in `folder`. Only one process may have it open.
 * @throws when another process has it, or when the log is damaged anywhere but at its very end: nothing is dropped silently.
 */
export async function openLogStore(folder: string): Promise<Store> {
  mkdirSync(folder, { recursive: true });
  const unlock = lockFolder(folder);
  try {
    const path = join(folder, "store.log");
    const tables = new Tables();
    const replayed = await replay(path, tables);
    if (replayed > rewriteAtLeast && replayed > tables.size * rewriteAtGarbageRatio) await rewrite(path, tables);
    const file = await open(path, appending);
    syncFolder(folder);
    return new LogStore(file, tables, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

class LogStore implements Store {
  readonly #file: FileHandle;
  readonly #tables: Tables;
  readonly #unlock: () => void;
  /** Lines that wait for the write under way to end; they go out together in the next one (group commit). */
  #waiting: string[] = [];
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: Error | undefined;
  #closed = false;

  constructor(file: FileHandle, tables: Tables, unlock: () => void) {
    this.#file = file;
    this.#tables = tables;
    this.#unlock = unlock;
  }

  table<T>(name: string): ReadonlyMap<string, T> {
    return this.#tables.table<T>(name);
  }

  tables(): string[] {
    return this.#tables.names();
  }

  commit(changes: readonly Change[]): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#closed) return Promise.reject(new Error("The store is closed."));
    if (changes.length === 0) return this.#next ?? this.#writing;
    this.#waiting.push(encodeCommit(changes));
    this.#tables.apply(changes);
    this.#next ??= this.#writing = this.#writeAfter(this.#writing);
    return this.#next;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing.catch(() => undefined);
    await this.#file.close();
    this.#unlock();
  }

  async #writeAfter(previous: Promise<void>): Promise<void> {
    await previous;
    // One more turn: commits made while this turn's messages are handled share the write.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const lines = this.#waiting;
    this.#waiting = [];
    this.#next = undefined;
    try {
      await this.#file.appendFile(lines.join(""));
      if (!syncsByItself) await this.#file.datasync();
    } catch (error) {
      this.#failure = new Error(`The store cannot be written: ${(error as Error).message}`, { cause: error });
      throw this.#failure;
    }
  }
}

/** Reads the log into `tables`; cuts off a torn last line. Returns how many records it read. */
async function replay(path: string, tables: Tables): Promise<number> {
  if (!existsSync(path)) return 0;
  let records = 0;
  let good = 0;
  let line = 0;
  let damaged: number | undefined;
  for await (const { text, end } of readLines(path)) {
    line++;
    if (damaged !== undefined) {
      throw new Error(
        `${path} is damaged in line ${damaged}, and there are good lines after it; restore it or remove it.`,
      );
    }
    const changes = end === undefined ? undefined : decodeCommit(text);
    if (changes === undefined) {
      damaged = line;
      continue;
    }
    tables.apply(changes);
    records += changes.length;
    good = end ?? good;
  }
  if (damaged !== undefined) await truncate(path, good);
  return records;
}

/** Lines of a file with the offset after their line feed; `end` is `undefined` for a last line without one. */
async function* readLines(path: string): AsyncGenerator<{ text: string; end: number | undefined }> {
  let rest: Buffer[] = [];
  let offset = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let feed = chunk.indexOf(10); feed !== -1; feed = chunk.indexOf(10, start)) {
      rest.push(chunk.subarray(start, feed));
      yield { text: Buffer.concat(rest).toString(), end: offset + feed + 1 };
      rest = [];
      start = feed + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
    offset += chunk.length;
  }
  if (rest.length > 0) yield { text: Buffer.concat(rest).toString(), end: undefined };
}

/** Writes what is alive into a new log and puts it in the old one's place in one step. */
async function rewrite(path: string, tables: Tables): Promise<void> {
  const fresh = `${path}.new`;
  const file = openSync(fresh, "w");
  let batch: Change[] = [];
  for (const change of tables.changes()) {
    batch.push(change);
    if (batch.length < recordsPerLine) continue;
    writeSync(file, encodeCommit(batch));
    batch = [];
  }
  if (batch.length > 0) writeSync(file, encodeCommit(batch));
  fsyncSync(file);
  closeSync(file);
  await rename(fresh, path);
}

/** Makes a new or renamed file's name itself durable; not every system can sync a folder. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Windows cannot open a folder; there a rename is durable by itself.
  }
}
