import { writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { crc32 } from "node:zlib";
import { textIfThere } from "./text-file.ts";

/** The acknowledged end of a log: its length, and the checksum of the last line. */
export interface LogEnd {
  bytes: number;
  sum: string;
}

const textOf = ({ bytes, sum }: LogEnd): string => {
  const text = `${String(bytes).padStart(15, "0")} ${sum}`;
  return `${crc32(text).toString(16).padStart(8, "0")} ${text}\n`;
};

/**
 * The file beside a log that stores its acknowledged end. A log that is shorter has lost data; one with an incomplete line after it
 * was being written when the process was killed. The file is written after each commit without fsync: a killed process loses nothing of it,
 * and after a power failure it may only be too low.
 */
export class EndFile {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Creates the file. */
  static async open(path: string, end: LogEnd): Promise<EndFile> {
    const made = new EndFile(await open(path, "w"));
    made.write(end);
    await made.#file.sync();
    return made;
  }

  /** Overwrites the end immediately, without fsync. */
  write(end: LogEnd): void {
    writeSync(this.#file.fd, textOf(end), 0);
  }

  /** Fsyncs the file and closes it. */
  async close(): Promise<void> {
    await this.#file.sync();
    await this.#file.close();
  }
}

/** Reads the file; `undefined` if it does not exist. @throws Error if it is damaged */
export function readEnd(path: string): LogEnd | undefined {
  const text = textIfThere(path);
  if (text === undefined) return undefined;
  const [, bytes = "", sum = ""] = /^\w{8} (\d{15}) (\w{8})\n$/.exec(text) ?? [];
  const end = { bytes: Number(bytes), sum };
  if (textOf(end) === text) return end;
  const log = basename(path).replace(/end$/, "log");
  throw new Error(
    `${path}, which says how far ${log} was written, is damaged. Restore a copy of the folder; or remove this file, and ${log} is used as it is.`,
  );
}
