import { closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { type FileHandle, open, rename, truncate } from "node:fs/promises";
import { join } from "node:path";
import { lockFolder } from "./folder-lock.ts";
import { damageOf, whatToDo } from "./log-damage.ts";
import { EndFile, type LogEnd, readEnd } from "./log-end.ts";
import { decodeLine, encodeCommit, noSum } from "./log-line.ts";
import { readLines } from "./log-lines.ts";
import { isFull, Reserve } from "./reserve.ts";
import { type Change, type Store, StoreFullError } from "./store.ts";
import { Tables } from "./tables.ts";

/** The log is rewritten at opening once it holds this many times more lines' worth of records than are alive. */
const rewriteAtGarbageRatio = 4;
const rewriteAtLeast = 10_000;
/** On Linux each write is on disk when it returns: one call, where writing and then syncing are two. Elsewhere the flag is missing or promises less. */
const syncsByItself = process.platform === "linux";
const appending = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (syncsByItself ? constants.O_DSYNC : 0);
/** Records a line when the log is rewritten. */
const recordsPerLine = 500;
/** The least that is kept for what has been taken on, in bytes. */
const leastReserve = 256 * 1024;
/** How many bytes of log a byte of a request may come to. */
const growth = 3;

/** The files of a store. */
interface Files {
  log: string;
  end: string;
}

/**
 * Opens (or makes) the store in `folder`. Only one process may have it open.
 * @throws when another process has it, or when anything that had been acknowledged is missing, doubled or damaged: nothing is dropped silently.
 */
export async function openLogStore(folder: string): Promise<Store> {
  mkdirSync(folder, { recursive: true });
  const unlock = lockFolder(folder);
  try {
    const files = { log: join(folder, "store.log"), end: join(folder, "store.end") };
    const tables = new Tables();
    const { records, old, ...read } = await replay(files, tables);
    const rewriting = old || (records > rewriteAtLeast && records > tables.size * rewriteAtGarbageRatio);
    const end = rewriting ? await rewrite(files, tables) : read;
    const file = await open(files.log, appending);
    const endFile = new EndFile(files.end, end);
    syncFolder(folder);
    return new LogStore(file, end, endFile, new Reserve(join(folder, "store.reserve")), tables, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

class LogStore implements Store {
  readonly #file: FileHandle;
  readonly #endFile: EndFile;
  readonly #reserve: Reserve;
  readonly #tables: Tables;
  readonly #unlock: () => void;
  /** Lines that wait for the write under way to end; they go out together in the next one (group commit). */
  #waiting: string[] = [];
  /** How many bytes (characters, to be quick) have been taken on and are not written yet. */
  #taken = 0;
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** The checksum of the last line that was taken on. */
  #sum: string;
  /** How far the log has been written. */
  #bytes: number;
  /** Tries again to write what a full disk refused. */
  #tryAgain: (() => void) | undefined;
  #failure: Error | undefined;
  #closed = false;

  constructor(file: FileHandle, end: LogEnd, endFile: EndFile, reserve: Reserve, tables: Tables, unlock: () => void) {
    this.#file = file;
    this.#bytes = end.bytes;
    this.#sum = end.sum;
    this.#endFile = endFile;
    this.#reserve = reserve;
    this.#tables = tables;
    this.#unlock = unlock;
    // A disk that is full already is told of by whoever wants to write.
    reserve.keep(leastReserve);
  }

  table<T>(name: string): ReadonlyMap<string, T> {
    return this.#tables.table<T>(name);
  }

  tables(): string[] {
    return this.#tables.names();
  }

  makeRoom(bytes: number): void {
    if (this.#failure) throw new StoreFullError(this.#failure.message);
    if (this.#keepsFor(bytes)) return;
    throw new StoreFullError("The disk of the data folder is full: nothing was changed. Make room and try again.");
  }

  problem(): string | undefined {
    if (this.#failure) return this.#failure.message;
    return this.#keepsFor(0)
      ? undefined
      : "The disk of the data folder is full: changes are refused until there is room.";
  }

  commit(changes: readonly Change[]): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#closed) return Promise.reject(new Error("The store is closed."));
    if (changes.length === 0) return this.#next ?? this.#writing;
    const { line, sum } = encodeCommit(changes, this.#sum);
    this.#sum = sum;
    this.#taken += line.length;
    this.#waiting.push(line);
    this.#tables.apply(changes);
    this.#tryAgain?.();
    this.#next ??= this.#writing = this.#writeAfter(this.#writing);
    return this.#next;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#tryAgain?.();
    await this.#writing.catch(() => undefined);
    await this.#file.close();
    this.#endFile.close();
    this.#reserve.release();
    this.#unlock();
  }

  /** Whether what has been taken on and `bytes` more can be written. */
  #keepsFor(bytes: number): boolean {
    const keeps = this.#reserve.keep(Math.max(leastReserve, growth * (this.#taken + bytes)));
    if (keeps) this.#tryAgain?.();
    return keeps;
  }

  async #writeAfter(previous: Promise<void>): Promise<void> {
    await previous;
    // One more turn: commits made while this turn's messages are handled share the write.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const text = this.#waiting.join("");
    const sum = this.#sum;
    this.#waiting = [];
    this.#next = undefined;
    try {
      await this.#append(Buffer.from(text), sum);
      this.#taken -= text.length;
    } catch (error) {
      this.#failure = new Error(`The store cannot be written: ${(error as Error).message}`, { cause: error });
      throw this.#failure;
    }
  }

  /** Writes whole lines, of which the last has the checksum `sum`; while the disk is full it waits. */
  async #append(lines: Buffer, sum: string): Promise<void> {
    for (;;) {
      try {
        await this.#file.appendFile(lines);
        if (!syncsByItself) await this.#file.datasync();
        this.#bytes += lines.length;
        this.#endFile.write({ bytes: this.#bytes, sum });
        return;
      } catch (error) {
        if (!isFull(error)) throw error;
        // A part may have been written.
        await this.#file.truncate(this.#bytes);
        if (this.#reserve.bytes > 0) this.#reserve.release();
        else if (this.#closed) throw error;
        else
          await new Promise<void>((resolve) => {
            this.#tryAgain = resolve;
          });
        this.#tryAgain = undefined;
      }
    }
  }
}

interface Replayed extends LogEnd {
  records: number;
  /** Whether the lines are those of the first version, which do not know each other. */
  old: boolean;
}

/** Reads the log into `tables`; cuts off a torn last line that nobody was told of. */
async function replay(files: Files, tables: Tables): Promise<Replayed> {
  const acknowledged = readEnd(files.end) ?? { bytes: 0, sum: noSum };
  const read: Replayed = { records: 0, bytes: 0, sum: noSum, old: false };
  let line = 0;
  let torn = false;
  let reached = acknowledged.bytes === 0;
  for await (const { text, end } of existsSync(files.log) ? readLines(files.log) : []) {
    if (end === undefined) {
      torn = true;
      break;
    }
    line++;
    const decoded = decodeLine(text);
    const isOld = decoded !== undefined && decoded.previous === undefined;
    if (decoded === undefined || (isOld ? line > 1 && !read.old : read.old || decoded.previous !== read.sum)) {
      throw new Error((await damageOf(files.log)) ?? `${files.log} is damaged in line ${line}. ${whatToDo(line)}`);
    }
    tables.apply(decoded.changes);
    read.records += decoded.changes.length;
    read.bytes = end;
    read.sum = decoded.sum ?? noSum;
    read.old = isOld;
    if (end === acknowledged.bytes) reached = read.sum === acknowledged.sum;
  }
  if (!reached) {
    throw new Error(
      `${files.log} ${existsSync(files.log) ? "is damaged at its end" : "is missing"}: ${acknowledged.bytes} bytes of it had been acknowledged, and of ${line} whole lines (${read.bytes} bytes) none ends there as it should. ${whatToDo(line + 1)}`,
    );
  }
  if (torn) await truncate(files.log, read.bytes);
  return read;
}

/** Writes what is alive into a new log and puts it in the old one's place in one step. */
async function rewrite({ log, end }: Files, tables: Tables): Promise<LogEnd> {
  const fresh = `${log}.new`;
  const file = openSync(fresh, "w");
  const written = { bytes: 0, sum: noSum };
  let batch: Change[] = [];
  const flush = () => {
    if (batch.length === 0) return;
    const { line, sum } = encodeCommit(batch, written.sum);
    written.bytes += writeSync(file, line);
    written.sum = sum;
    batch = [];
  };
  for (const change of tables.changes()) if (batch.push(change) === recordsPerLine) flush();
  flush();
  fsyncSync(file);
  closeSync(file);
  // It speaks of the old log; without it the new one is taken as it is.
  rmSync(end, { force: true });
  await rename(fresh, log);
  return written;
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
