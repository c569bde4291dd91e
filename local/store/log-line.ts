import { crc32 } from "node:zlib";
import { putEscaped, unescaped } from "./line-bytes.ts";
import type { Change } from "./store.ts";

/** The previous checksum in the first line of the first log. */
export const noSum = "00000000";

/**
 * The encodings of commits in a line, by their marker character: one plain commit; or compressed commits, in a stream that begins with this line or
 * continues.
 */
const forms = { "[": "plain", "|": "begins", "+": "goes on" } as const;
export type Form = (typeof forms)[keyof typeof forms];

/** The offset of the data in a line, after both checksums. */
const startOfAll = 18;

/** A decoded line of a log. */
export interface LogLine {
  /** `undefined` for a form of a later version. */
  form: Form | undefined;
  /** The commits as text, or a piece of the compressed stream. */
  bytes: Buffer;
  /** Its checksum, which the next line repeats; `undefined` in logs of the first version, whose lines are not chained. */
  sum: string | undefined;
  /** The checksum of the previous line. */
  previous: string | undefined;
}

/** A commit as a JSON array of `[table, key, value?]`, without line feeds. */
export const encodeCommit = (changes: readonly Change[]): string =>
  JSON.stringify(changes.map(({ table, key, value }) => (value === undefined ? [table, key] : [table, key, value])));

/** Decodes a commit of `encodeCommit`. @throws SyntaxError for an invalid text */
export const decodeCommit = (text: string): Change[] =>
  (JSON.parse(text) as [string, string, unknown?][]).map(([table, key, value]) => ({ table, key, value }));

/**
 * Encodes a write as a line: the checksum of the rest in hex, a space, the checksum of the previous line, a space, a commit or, after its marker
 * character, a piece of the stream, a line feed. The chain of checksums reveals missing, duplicate and moved lines as well as damaged ones.
 */
export function encodeLine(form: Form, bytes: Buffer, previous: string): { bytes: Buffer; sum: string } {
  const line = Buffer.allocUnsafe(startOfAll + 2 * bytes.length + 2);
  line.write(` ${previous} ${form === "begins" ? "|" : "+"}`, 8, "latin1");
  const end = form === "plain" ? startOfAll + bytes.copy(line, startOfAll) : putEscaped(bytes, line, startOfAll + 1);
  line[end] = 10;
  const sum = hex(crc32(line.subarray(9, end)));
  line.write(sum, 0, "latin1");
  return { bytes: line.subarray(0, end + 1), sum };
}

/** Decodes a line (without its line feed); `undefined` if it is incomplete or damaged. */
export function decodeLine(line: Buffer): LogLine | undefined {
  const sum = line.toString("latin1", 0, 8);
  if (line[8] !== 32 || hex(crc32(line.subarray(9))) !== sum) return undefined;
  if (line[9] === 91) return { form: "plain", bytes: line.subarray(9), sum: undefined, previous: undefined };
  const form = forms[String.fromCharCode(line[startOfAll] ?? 0) as keyof typeof forms] as Form | undefined;
  const bytes = form === "plain" ? line.subarray(startOfAll) : unescaped(line, startOfAll + 1);
  return { form, bytes, sum, previous: line.toString("latin1", 9, 17) };
}

const hex = (value: number) => value.toString(16).padStart(8, "0");
