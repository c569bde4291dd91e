import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { BrotliStream } from "./brotli-stream.ts";
import { EndFile, type LogEnd } from "./log-end.ts";
import { encodeLine } from "./log-line.ts";

/** On Linux each write is on disk when it returns: one call, where writing and then syncing are two. Elsewhere the flag is missing or promises less. */
const syncsByItself = process.platform === "linux";
const writing = constants.O_CREAT | constants.O_WRONLY | (syncsByItself ? constants.O_DSYNC : 0);

/** A commit that is written alone and has fewer characters is not compressed: it would be written later for little. */
const compressedFrom = 2048;

/** Logs are numbered; the first, which is all that earlier versions had, has no number in its name. */
export const logPath = (folder: string, generation: number): string =>
  join(folder, generation === 0 ? "store.log" : `store.${generation}.log`);
/** The file beside a log that says how far it was written. */
export const endPath = (folder: string, generation: number): string =>
  join(folder, generation === 0 ? "store.end" : `store.${generation}.end`);

/** Which log a file belongs to, if it does. */
export function generationOf(name: string): number | undefined {
  const match = /^store(?:\.(\d+))?\.(?:log|end)$/.exec(name);
  return match === null ? undefined : Number(match[1] ?? 0);
}

/** How far a log is that is gone on with. */
export interface LogBegun extends LogEnd {
  generation: number;
  text: number;
}

/**
 * A log that is written, with the file that says how far it was. Of one that is written much a piece ahead is filled with zeros: a write into what the
 * file has already waits for its own bytes alone, where one that makes the file longer waits for whatever else the file system has under way, packs among it.
 */
export class LogFile {
  readonly generation: number;
  readonly end: LogEnd;
  /** How much it would have if it were not compressed. */
  text: number;
  readonly #file: FileHandle;
  readonly #endFile: EndFile;
  readonly #path: string;
  /** How much is filled with zeros at once. */
  readonly #piece: number;
  /** So far lines can be written without the file becoming longer, and without what is being filled coming over them. */
  #length: number;
  #filling: Promise<void> | undefined;
  /** What lines are compressed in since it was opened. */
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

  /** Opens a log to be gone on with behind what is written of it, or makes it. @param piece how many bytes are filled ahead @throws when it cannot be written */
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

  /** Commits as the line that is to be appended next. */
  async line(commits: readonly string[]): Promise<{ bytes: Buffer; sum: string }> {
    const text = commits.join("\n");
    this.text += text.length + 1;
    if (commits.length === 1 && text.length < compressedFrom)
      return encodeLine("plain", Buffer.from(text), this.end.sum);
    const form = this.#stream === undefined ? "begins" : "goes on";
    this.#stream ??= BrotliStream.compressing();
    return encodeLine(form, await this.#stream.put(Buffer.from(`${text}\n\n`)), this.end.sum);
  }

  /** Writes a line; it is on disk then. */
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

  /** Begins to fill the next piece. */
  fill(): void {
    const from = this.#length;
    this.#filling ??= this.#fill(from)
      .then(
        () => {
          this.#length = from + this.#piece;
        },
        // A full disk, most likely: lines are written all the same.
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

  /** Takes back what was written of a line that is not whole, and what was filled. */
  async cut(): Promise<void> {
    await this.#filling;
    await this.#file.truncate(this.end.bytes);
    this.#length = this.end.bytes;
  }

  /** Takes back what was filled ahead, and closes both files. A write must not be under way. */
  async close(): Promise<void> {
    await this.cut();
    this.#stream?.close();
    await this.#file.close();
    await this.#endFile.close();
  }
}
