import { writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { crc32 } from "node:zlib";
import { textIfThere } from "./text-file.ts";

/** How far a log had been acknowledged: its length, and the checksum of the line that ends there. */
export interface LogEnd {
  bytes: number;
  sum: string;
}

const textOf = ({ bytes, sum }: LogEnd): string => {
  const text = `${String(bytes).padStart(15, "0")} ${sum}`;
  return `${crc32(text).toString(16).padStart(8, "0")} ${text}\n`;
};

/**
 * The file beside a log that says how far it had been acknowledged: a log that ends earlier has lost something, where one that merely ends in the
 * middle of a line was being written when the process was killed. It is written after each commit and not synced: a killed process loses nothing of it,
 * and after a power failure it only says less.
 */
export class EndFile {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes the file anew. */
  static async open(path: string, end: LogEnd): Promise<EndFile> {
    const made = new EndFile(await open(path, "w"));
    made.write(end);
    await made.#file.sync();
    return made;
  }

  /** Writes another end over the one before, at once and without syncing. */
  write(end: LogEnd): void {
    writeSync(this.#file.fd, textOf(end), 0);
  }

  /** Syncs the file and closes it. */
  async close(): Promise<void> {
    await this.#file.sync();
    await this.#file.close();
  }
}

/** What the file says; `undefined` when there is none. @throws Error when it is damaged */
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
