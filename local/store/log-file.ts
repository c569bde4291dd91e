import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { BrotliStream } from "./brotli-stream.ts";
import { EndFile, type LogEnd } from "./log-end.ts";
import { encodeLine } from "./log-line.ts";

/**
 * On Linux (`O_DSYNC`) each write is on disk when it returns: one call instead of a write and an fsync. Elsewhere the flag is missing or promises
 * less.
 */
const syncsByItself = process.platform === "linux";
const writing = constants.O_CREAT | constants.O_WRONLY | (syncsByItself ? constants.O_DSYNC : 0);

/** A commit that is written alone is compressed only from this many characters on: for smaller ones the delay is not worth it. */
const compressedFrom = 2048;

/** The path of a log by its number. The first log, the only one in earlier versions, has no number in its name. */
export const logPath = (folder: string, generation: number): string =>
  join(folder, generation === 0 ? "store.log" : `store.${generation}.log`);
/** The file beside a log that stores its acknowledged end. */
export const endPath = (folder: string, generation: number): string =>
  join(folder, generation === 0 ? "store.end" : `store.${generation}.end`);

/** The number of a log from its file name, if it is one. */
export function generationOf(name: string): number | undefined {
  const match = /^store(?:\.(\d+))?\.(?:log|end)$/.exec(name);
  return match === null ? undefined : Number(match[1] ?? 0);
}

/** The state of an existing log that is continued. */
export interface LogBegun extends LogEnd {
  generation: number;
  text: number;
}

/**
 * A log that is being written, with its end file. A busy log is preallocated with zeros piece by piece: a write within the file's length only waits
 * for its own data,
 * while one that extends the file also waits for other pending file system operations, such as pack writes.
 */
export class LogFile {
  readonly generation: number;
  readonly end: LogEnd;
  /** Its length if it were not compressed. */
  text: number;
  readonly #file: FileHandle;
  readonly #endFile: EndFile;
  readonly #path: string;
  /** How many bytes are preallocated at once. */
  readonly #piece: number;
  /** Up to this offset lines can be written without extending the file, and without a conflict with the preallocation in progress. */
  #length: number;
  #filling: Promise<void> | undefined;
  /** The compression stream for lines since it was opened. */
  #stream: BrotliStream | undefined;

  private constructor(
    path: string,
    { generation, bytes, sum, text }: LogBegun,
    piece: number,
    file: FileHandle,
    ends: EndFile,
  ) {
    this.#path = path;
    this.generation = generation;
    this.end = { bytes, sum };
    this.text = text;
    this.#length = bytes;
    this.#piece = piece;
    this.#file = file;
    this.#endFile = ends;
  }

  /** Opens a log to append to it, or creates it. @param piece how many bytes are preallocated at once @throws if it cannot be written */
  static async open(folder: string, begun: LogBegun, piece: number): Promise<LogFile> {
    const path = logPath(folder, begun.generation);
    const file = await open(path, writing);
    try {
      const endFile = await EndFile.open(endPath(folder, begun.generation), begun);
      return new LogFile(path, begun, piece, file, endFile);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Encodes commits as the next line. */
  async line(commits: readonly string[]): Promise<{ bytes: Buffer; sum: string }> {
    const text = commits.join("\n");
    this.text += text.length + 1;
    if (commits.length === 1 && text.length < compressedFrom)
      return encodeLine("plain", Buffer.from(text), this.end.sum);
    const form = this.#stream === undefined ? "begins" : "goes on";
    this.#stream ??= BrotliStream.compressing();
    return encodeLine(form, await this.#stream.put(Buffer.from(`${text}\n\n`)), this.end.sum);
  }

  /** Writes a line; resolves when it is on disk. */
  async append({ bytes, sum }: { bytes: Buffer; sum: string }): Promise<void> {
    if (this.end.bytes + bytes.length > this.#length) await this.#filling;
    for (let written = 0; written < bytes.length; ) {
      const rest = bytes.length - written;
      const { bytesWritten } = await this.#file.write(bytes, written, rest, this.end.bytes + written);
      written += bytesWritten;
    }
    if (!syncsByItself) await this.#file.datasync();
    this.end.bytes += bytes.length;
    this.end.sum = sum;
    this.#length = Math.max(this.#length, this.end.bytes);
    this.#endFile.write(this.end);
    if (this.end.bytes >= this.#piece && this.#length - this.end.bytes < this.#piece / 2) this.fill();
  }

  /** Starts to preallocate the next piece. */
  fill(): void {
    const from = this.#length;
    this.#filling ??= this.#fill(from)
      .then(
        () => {
          this.#length = from + this.#piece;
        },
        // Most likely the disk is full: lines are written regardless.
        () => undefined,
      )
      .finally(() => {
        this.#filling = undefined;
      });
  }

  async #fill(from: number): Promise<void> {
    const file = await open(this.#path, "r+");
    try {
      await file.write(Buffer.alloc(this.#piece), 0, this.#piece, from);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /** Truncates an incomplete line and the preallocated space. */
  async cut(): Promise<void> {
    await this.#filling;
    await this.#file.truncate(this.end.bytes);
    this.#length = this.end.bytes;
  }

  /** Truncates the preallocated space, and closes both files. No write may be in progress. */
  async close(): Promise<void> {
    await this.cut();
    this.#stream?.close();
    await this.#file.close();
    await this.#endFile.close();
  }
}
