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

/** The minimum disk reserve for accepted changes, in bytes. */
const leastReserve = 256 * 1024;
/** The maximum number of log bytes for a byte of a request. */
const growth = 3;
const usualCheckpoint = 8 * 1024 * 1024;
/** The preallocation size of a busy log. Compression reduces typical data to a tenth. */
const pieceOf = ({ checkpointAt = usualCheckpoint }: LogStoreOptions): number => Math.ceil(checkpointAt / 16);

export interface LogStoreOptions {
  /** A checkpoint is made when the log contains this much text before compression. Default 8 MB. */
  checkpointAt?: number;
  /** For tests: called at each step of checkpoints and compaction. */
  step?: (what: string) => void;
}

/**
 * Opens (or creates) the store in `folder`. Only one process can have it open.
 * @throws if another process has it open, or if acknowledged data is missing, duplicated or damaged: nothing is dropped silently.
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
    // Lines of the first version are not chained, and chained lines cannot follow them.
    if (replayed.old) await store.checkpoint();
    return store;
  } catch (error) {
    packs?.close();
    unlock();
    throw error;
  }
}

/** The initial state of a store. */
interface Opened {
  folder: string;
  log: LogFile;
  /** The first log that is not in the packs. */
  first: number;
  packs: Packs;
  unlock: () => void;
  options: LogStoreOptions;
}

/** The store in a folder that `openLogStore` opens: records in memory and packs, commits in an append-only write-ahead log. */
export class LogStore implements Store {
  /** Resolves when all packs were verified in the background; `problem` reports damage. */
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
  /** The next log, if it is already created. */
  #prepared: LogFile | undefined;
  #preparing: Promise<void> | undefined;
  /** The frozen changes precede this log, which follows the line with this checksum. */
  #frozenBefore: { log: number; sum: string } | undefined;
  /** The length of text in the log at which a failed checkpoint is tried again. */
  #againAt = 0;
  /** Checkpoints and compaction, one at a time. */
  #upkeep: Promise<void> | undefined;
  #damage: string | undefined;
  /** Commits that wait for the write in progress; they go out together in the next one (group commit). */
  #waiting: string[] = [];
  /** The accepted bytes that are not written yet (counted in characters, for speed). */
  #taken = 0;
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** The write in progress, and the one that waits for it. */
  #writes = 0;
  /** Retries a write that a full disk refused. */
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
    // If the disk is already full, the next write reports it.
    this.#reserve.keep(leastReserve);
    this.checked = packs.check().then(
      // Compacts as soon as there is time what has become sparse, or what lacks heads that queries have asked for.
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
   * Moves what was committed from the log to a pack now, as happens automatically when the log has grown. Resolves when that and the following
   * compaction
   * are done. Rejects if they fail.
   */
  async checkpoint(): Promise<void> {
    await this.#upkeep?.catch(() => undefined);
    await this.#prepare();
    if (this.#closed) throw new Error("The store is closed.");
    // The next write is the last one of the previous log.
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

  /** Whether the accepted changes and `bytes` more can be written. */
  #keepsFor(bytes: number): boolean {
    const keeps = this.#reserve.keep(Math.max(leastReserve, growth * (this.#taken + bytes)));
    if (keeps) this.#tryAgain?.();
    return keeps;
  }

  /** The next write, which starts when the one in progress has ended. */
  #write(): Promise<void> {
    this.#next ??= this.#writing = this.#writeAfter(this.#writing);
    return this.#next;
  }

  async #writeAfter(previous: Promise<void>): Promise<void> {
    // Commits that arrived during a write are written at once when it ends. Otherwise the commits of the same turn share a write.
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
    // In the same turn, so that the frozen changes are exactly those in the log.
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

  /** Switches to the next log. The changes of the previous one are frozen, and written to a pack in the background. */
  async #goOn(next: LogFile): Promise<void> {
    const { sum } = this.#log.end;
    await this.#log.close();
    next.end.sum = sum;
    this.#log = next;
    this.#prepared = undefined;
    this.#frozenBefore = { log: next.generation, sum };
    this.#keepUp();
  }

  /** Starts background maintenance. */
  #keepUp(what = () => this.#keepUpNow()): void {
    if (this.#upkeep !== undefined || this.#closed) return;
    const upkeep = what().finally(() => {
      if (this.#upkeep === upkeep) this.#upkeep = undefined;
    });
    this.#upkeep = upkeep;
    upkeep.catch((error: unknown) => {
      // The log continues: it needs less space than a pack, or the next checkpoint may succeed.
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
    // A log that has grown in the meantime takes precedence, because its changes are in memory.
    await this.#packs.compact(() => this.#log.text >= this.#checkpointAt);
  }

  /** Creates the next log, to which the following write switches. */
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

  /** Writes commits as a line; waits while the disk is full. */
  async #append(commits: readonly string[]): Promise<void> {
    const line = await this.#log.line(commits);
    for (;;) {
      try {
        await this.#log.append(line);
        return;
      } catch (error) {
        if (!isFull(error)) throw error;
        // The line may have been written partially.
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

/** The log to continue. */
interface Replayed extends LogBegun {
  /** Whether the lines are those of the first version, which are not chained. */
  old: boolean;
}

/** Replays what the packs do not contain: one log or, if a process was killed between two, also the next one. */
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

/**
 * Replays a log into `tables`; truncates an incomplete last line, which was never acknowledged. @param sum the checksum of the line that precedes the
 * log
 */
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
      // A preallocated line that was partially written when the process or the machine stopped. It was never acknowledged.
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
