import { crc32 } from "node:zlib";
import type { Change } from "./store.ts";

/** A commit as a line: checksum of the rest in hex, a space, a JSON array of `[table, key, value?]`, a line feed. */
export function encodeCommit(changes: readonly Change[]): string {
  const text = JSON.stringify(
    changes.map(({ table, key, value }) => (value === undefined ? [table, key] : [table, key, value])),
  );
  return `${crc32(text).toString(16).padStart(8, "0")} ${text}\n`;
}

/** The changes of a line (without its line feed), or `undefined` when it is torn or damaged. */
export function decodeCommit(line: string): Change[] | undefined {
  const text = line.slice(9);
  if (line[8] !== " " || crc32(text).toString(16).padStart(8, "0") !== line.slice(0, 8)) return undefined;
  return (JSON.parse(text) as [string, string, unknown?][]).map(([table, key, value]) => ({ table, key, value }));
}
