import { existsSync, rmSync } from "node:fs";
import { readdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "./folder.ts";
import { lockFolder } from "./folder-lock.ts";
import { damageOf, whatToDo } from "./log-damage.ts";
import { readEnd } from "./log-end.ts";
import { endPath, generationOf, type LogBegun, LogFile, logPath } from "./log-file.ts";
import { decodeLine, encodeCommit, noSum } from "./log-line.ts";
import { readLines } from "./log-lines.ts";
import type { LogTables } from "./log-tables.ts";
import { LogTexts, Unreadable } from "./log-texts.ts";
import { makeFolder } from "./make-folder.ts";
import { Packs } from "./packs.ts";
import { isFull, Reserve } from "./reserve.ts";
import { type Change, type Store, StoreFullError, type Table } from "./store.ts";

/** The least that is kept for what has been taken on, in bytes. */
const leastReserve = 256 * 1024;
/** How many bytes of log a byte of a request may come to. */
const growth = 3;
const usualCheckpoint = 8 * 1024 * 1024;
/** Of a log that is written much so many bytes are filled ahead. What is usual to be written takes a tenth as it is compressed. */
const pieceOf = ({ checkpointAt = usualCheckpoint }: LogStoreOptions): number => Math.ceil(checkpointAt / 16);

export interface LogStoreOptions {
  /** A checkpoint is made when the log has so much text, which is compressed in it. Default 8 MB. */
  checkpointAt?: number;
  /** For tests: told of each step of checkpoints and of what follows them. */
  step?: (what: string) => void;
}

/**
 * Opens (or makes) the store in `folder`. Only one process may have it open.
 * @throws when another process has it, or when anything that had been acknowledged is missing, doubled or damaged: nothing is dropped silently.
 */
export async function openLogStore(folder: string, options: LogStoreOptions = {}): Promise<LogStore> {
  makeFolder(folder);
  const unlock = lockFolder(folder);
  let packs: Packs | undefined;
  try {
    packs = new Packs(folder, options.step);
    const replayed = await replayAll(folder, packs);
    packs.sweep();
    for (const name of await readdir(folder)) {
      const generation = generationOf(name);
      if (generation !== undefined && generation < packs.log.log) rmSync(join(folder, name), { force: true });
    }
    const log = await LogFile.open(folder, replayed, pieceOf(options));
    await syncFolder(folder);
    const store = new LogStore({ folder, log, first: packs.log.log, packs, unlock, options });
    // Lines of the first version do not know each other, and none that does can follow them.
    if (replayed.old) await store.checkpoint();
    return store;
  } catch (error) {
    packs?.close();
    unlock();
    throw error;
  }
}

/** What a store begins with. */
interface Opened {
  folder: string;
  log: LogFile;
  /** The first log that is not in the packs. */
  first: number;
  packs: Packs;
  unlock: () => void;
  options: LogStoreOptions;
}

/** The store in a folder, as `openLogStore` opens it: records in memory and packs, commits in a log that only grows. */
export class LogStore implements Store {
  /** When all packs have been looked at beside the work; whether one is damaged `problem` tells. */
  readonly checked: Promise<void>;
  readonly #folder: string;
  readonly #packs: Packs;
  readonly #tables: LogTables;
  readonly #reserve: Reserve;
  readonly #unlock: () => void;
  readonly #checkpointAt: number;
  readonly #piece: number;
  readonly #step: (what: string) => void;
  #log: LogFile;
  /** The first log that is not in the packs. */
  #first: number;
  /** The log that comes next, once there is need of it. */
  #prepared: LogFile | undefined;
  #preparing: Promise<void> | undefined;
  /** What is frozen precedes this log, which follows the line with the checksum. */
  #frozenBefore: { log: number; sum: string } | undefined;
  /** How much text the log has before a checkpoint that failed is tried again. */
  #againAt = 0;
  /** Checkpoints and what follows them, one at a time. */
  #upkeep: Promise<void> | undefined;
  #damage: string | undefined;
  /** Commits that wait for the write under way to end; they go out together in the next one (group commit). */
  #waiting: string[] = [];
  /** How many bytes (characters, to be quick) have been taken on and are not written yet. */
  #taken = 0;
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** The write under way, and the one that waits for it. */
  #writes = 0;
  /** Tries again to write what a full disk refused. */
  #tryAgain: (() => void) | undefined;
  #failure: Error | undefined;
  #closed = false;

  constructor({ folder, log, first, packs, unlock, options }: Opened) {
    this.#folder = folder;
    this.#log = log;
    this.#first = first;
    this.#packs = packs;
    this.#tables = packs.tables;
    this.#reserve = new Reserve(join(folder, "store.reserve"));
    this.#unlock = unlock;
    this.#checkpointAt = options.checkpointAt ?? usualCheckpoint;
    this.#piece = pieceOf(options);
    this.#step = options.step ?? (() => undefined);
    // A disk that is full already is told of by whoever wants to write.
    this.#reserve.keep(leastReserve);
    this.checked = packs.check().then(
      // What has become worn, or queries have asked of since, as soon as there is time for it.
      () => this.#keepUp(() => packs.compact()),
      (error: unknown) => {
        this.#damage = (error as Error).message;
      },
    );
  }

  table<T>(name: string): Table<T> {
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
    const broken = this.#failure?.message ?? this.#damage;
    if (broken !== undefined) return broken;
    return this.#keepsFor(0)
      ? undefined
      : "The disk of the data folder is full: changes are refused until there is room.";
  }

  commit(changes: readonly Change[]): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#closed) return Promise.reject(new Error("The store is closed."));
    if (changes.length === 0) return this.#next ?? this.#writing;
    const text = encodeCommit(changes);
    this.#taken += text.length;
    this.#waiting.push(text);
    this.#tables.apply(changes);
    this.#tryAgain?.();
    return this.#write();
  }

  /**
   * Takes what has been committed out of the log now, as happens by itself whenever the log has grown; resolves when that and the bringing together of packs
   * that follows are done. Rejects when they could not be.
   */
  async checkpoint(): Promise<void> {
    await this.#upkeep?.catch(() => undefined);
    await this.#prepare();
    if (this.#closed) throw new Error("The store is closed.");
    // The next write is the last to the log before.
    await this.#write();
    await this.#upkeep;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#tryAgain?.();
    this.#packs.stop();
    await this.#writing.catch(() => undefined);
    await Promise.allSettled([this.#upkeep, this.#preparing]);
    await this.#log.close();
    await this.#prepared?.close();
    this.#packs.close();
    this.#reserve.release();
    this.#unlock();
  }

  /** Whether what has been taken on and `bytes` more can be written. */
  #keepsFor(bytes: number): boolean {
    const keeps = this.#reserve.keep(Math.max(leastReserve, growth * (this.#taken + bytes)));
    if (keeps) this.#tryAgain?.();
    return keeps;
  }

  /** The next write, which is begun when the one under way has ended. */
  #write(): Promise<void> {
    this.#next ??= this.#writing = this.#writeAfter(this.#writing);
    return this.#next;
  }

  async #writeAfter(previous: Promise<void>): Promise<void> {
    // What has come beside a write has waited long enough when that ends; otherwise commits made while this turn's messages are handled share the write.
    const waits = this.#writes > 0;
    this.#writes++;
    try {
      await previous;
      if (!waits) await new Promise<void>((resolve) => setImmediate(resolve));
      await this.#writeNow();
    } finally {
      this.#writes--;
    }
  }

  async #writeNow(): Promise<void> {
    const commits = this.#waiting;
    this.#waiting = [];
    this.#next = undefined;
    const next = this.#frozenBefore === undefined ? this.#prepared : undefined;
    // In the same turn, so that what is frozen is just what the log has then.
    if (next !== undefined) this.#tables.freeze();
    try {
      if (commits.length > 0) await this.#append(commits);
      for (const { length } of commits) this.#taken -= length;
    } catch (error) {
      this.#failure = new Error(`The store cannot be written: ${(error as Error).message}`, { cause: error });
      throw this.#failure;
    }
    if (next !== undefined) await this.#goOn(next);
    else if (this.#log.text >= Math.max(this.#checkpointAt, this.#againAt)) this.#keepUp();
  }

  /** Goes on in another log; what the one before has is frozen, and is put into a pack beside. */
  async #goOn(next: LogFile): Promise<void> {
    const { sum } = this.#log.end;
    await this.#log.close();
    next.end.sum = sum;
    this.#log = next;
    this.#prepared = undefined;
    this.#frozenBefore = { log: next.generation, sum };
    this.#keepUp();
  }

  /** Begins what is to be done beside the commits. */
  #keepUp(what = () => this.#keepUpNow()): void {
    if (this.#upkeep !== undefined || this.#closed) return;
    const upkeep = what().finally(() => {
      if (this.#upkeep === upkeep) this.#upkeep = undefined;
    });
    this.#upkeep = upkeep;
    upkeep.catch((error: unknown) => {
      // The log goes on; there is more room for it than for a pack, or the next one may succeed.
      this.#againAt = this.#log.text + this.#checkpointAt;
      if (!isFull(error) && !this.#closed) this.#damage = (error as Error).message;
    });
  }

  async #keepUpNow(): Promise<void> {
    if (this.#frozenBefore === undefined) return this.#prepare();
    const { log, sum } = this.#frozenBefore;
    await this.#packs.checkpoint(log, sum);
    this.#frozenBefore = undefined;
    for (; this.#first < log; this.#first++) {
      await rm(logPath(this.#folder, this.#first), { force: true });
      await rm(endPath(this.#folder, this.#first), { force: true });
    }
    this.#step("a log removed");
    // A log that has grown meanwhile goes before: what it has is in memory.
    await this.#packs.compact(() => this.#log.text >= this.#checkpointAt);
  }

  /** Makes the next log, which the write after this goes on to. */
  async #prepare(): Promise<void> {
    if (this.#prepared !== undefined || this.#frozenBefore !== undefined || this.#closed) return;
    const begun = { generation: this.#log.generation + 1, bytes: 0, sum: noSum, text: 0 };
    this.#preparing ??= LogFile.open(this.#folder, begun, this.#piece)
      .then(async (log) => {
        log.fill();
        await syncFolder(this.#folder);
        this.#prepared = log;
        this.#step("a log begun");
      })
      .finally(() => {
        this.#preparing = undefined;
      });
    await this.#preparing;
  }

  /** Writes what has been committed as a line; while the disk is full it waits. */
  async #append(commits: readonly string[]): Promise<void> {
    const line = await this.#log.line(commits);
    for (;;) {
      try {
        await this.#log.append(line);
        return;
      } catch (error) {
        if (!isFull(error)) throw error;
        // A part may have been written.
        await this.#log.cut();
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

/** The log that is to be gone on with. */
interface Replayed extends LogBegun {
  /** Whether the lines are those of the first version, which do not know each other. */
  old: boolean;
}

/** Reads what the packs do not have: one log or, when a process was killed between two, the one after it as well. */
async function replayAll(folder: string, packs: Packs): Promise<Replayed> {
  const { log, sum } = packs.log;
  if (log === 0 && !existsSync(logPath(folder, 0))) {
    const later = (await readdir(folder)).filter(
      (name) => (generationOf(name) ?? 0) > 0 || /^store\.\d+\.pack$/.test(name),
    );
    if (later.length > 0) throw new Error(missing(join(folder, "store.packs"), later));
  }
  if (log > 0 && !existsSync(logPath(folder, log))) throw new Error(missing(logPath(folder, log), []));
  let read = await replay(folder, log, sum, packs.tables);
  while (existsSync(logPath(folder, read.generation + 1)))
    read = await replay(folder, read.generation + 1, read.sum, packs.tables);
  return read;
}

const missing = (path: string, others: readonly string[]) =>
  `${path} is missing${others.length > 0 ? `, without which ${others.join(", ")} cannot be read` : ""}. Nothing has been changed. Restore a copy of the folder, or start again with an empty one.`;

/** Reads a log into `tables`; cuts off a torn last line that nobody was told of. @param sum of the line that the log follows */
async function replay(folder: string, generation: number, sum: string, tables: LogTables): Promise<Replayed> {
  const path = logPath(folder, generation);
  const acknowledged = readEnd(endPath(folder, generation)) ?? { bytes: 0, sum: noSum };
  const read: Replayed = { generation, bytes: 0, sum, text: 0, old: false };
  const texts = new LogTexts((changes) => tables.apply(changes));
  let line = 0;
  let torn = false;
  let reached = acknowledged.bytes === 0;
  try {
    for await (const { bytes, end } of existsSync(path) ? readLines(path) : []) {
      if (end === undefined) {
        torn = true;
        break;
      }
      line++;
      const decoded = decodeLine(bytes);
      // Filled ahead, and written in part only when the process or the machine stopped: nobody was told of it.
      if (decoded === undefined && read.bytes >= acknowledged.bytes && bytes.includes(0)) {
        torn = true;
        break;
      }
      const isOld = decoded !== undefined && decoded.previous === undefined;
      if (decoded === undefined || (isOld ? line > 1 && !read.old : read.old || decoded.previous !== read.sum)) {
        throw new Error((await damageOf(path, sum)) ?? `${path} is damaged in line ${line}. ${whatToDo(path, line)}`);
      }
      await texts.take(decoded, line);
      read.bytes = end;
      read.sum = decoded.sum ?? noSum;
      read.old = isOld;
      if (end === acknowledged.bytes) reached = read.sum === acknowledged.sum;
    }
    await texts.end();
  } catch (error) {
    texts.close();
    if (!(error instanceof Unreadable)) throw error;
    throw new Error(`${path} cannot be read in line ${error.line}: ${error.message}. ${whatToDo(path, error.line)}`);
  }
  if (!reached) {
    throw new Error(
      `${path} ${existsSync(path) ? "is damaged at its end" : "is missing"}: ${acknowledged.bytes} bytes of it had been acknowledged, and of ${line} whole lines (${read.bytes} bytes) none ends there as it should. ${whatToDo(path, line + 1)}`,
    );
  }
  read.text = texts.length;
  if (torn) await truncate(path, read.bytes);
  return read;
}
