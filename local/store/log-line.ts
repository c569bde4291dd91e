import { crc32 } from "node:zlib";
import type { Change } from "./store.ts";

/** What the first line of a log says that it follows. */
export const noSum = "00000000";

/** A line of a log, read. */
export interface LogLine {
  changes: Change[];
  /** Its checksum, which the next line repeats; `undefined` in logs of the first version, whose lines do not know each other. */
  sum: string | undefined;
  /** The checksum of the line that it follows. */
  previous: string | undefined;
}

/**
 * A commit as a line: checksum of the rest in hex, a space, the checksum of the line before, a space, a JSON array of `[table, key, value?]`, a line
 * feed. So a line that is missing, doubled or elsewhere shows as well as one that is damaged.
 */
export function encodeCommit(changes: readonly Change[], previous: string): { line: string; sum: string } {
  const text = `${previous} ${JSON.stringify(
    changes.map(({ table, key, value }) => (value === undefined ? [table, key] : [table, key, value])),
  )}`;
  const sum = hex(crc32(text));
  return { line: `${sum} ${text}\n`, sum };
}

/** A line (without its line feed), or `undefined` when it is torn or damaged. */
export function decodeLine(line: string): LogLine | undefined {
  const text = line.slice(9);
  const sum = line.slice(0, 8);
  if (line[8] !== " " || hex(crc32(text)) !== sum) return undefined;
  const first = text.startsWith("[");
  const json = first ? text : text.slice(9);
  const changes = (JSON.parse(json) as [string, string, unknown?][]).map(([table, key, value]) => ({
    table,
    key,
    value,
  }));
  return first ? { changes, sum: undefined, previous: undefined } : { changes, sum, previous: text.slice(0, 8) };
}

const hex = (value: number) => value.toString(16).padStart(8, "0");
