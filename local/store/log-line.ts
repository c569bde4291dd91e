import { crc32 } from "node:zlib";
import { putEscaped, unescaped } from "./line-bytes.ts";
import type { Change } from "./store.ts";

/** What the first line of a log says that it follows. */
export const noSum = "00000000";

/** How commits stand in a line, by the character that says so: one as it is; or some of them, compressed, in a stream that begins with the line or one that goes on. */
const forms = { "[": "plain", "|": "begins", "+": "goes on" } as const;
export type Form = (typeof forms)[keyof typeof forms];

/** Where what a line has begins, after both checksums. */
const startOfAll = 18;

/** A line of a log, read. */
export interface LogLine {
  /** `undefined` for one that only later versions know. */
  form: Form | undefined;
  /** The commits as texts, or a piece of the stream. */
  bytes: Buffer;
  /** Its checksum, which the next line repeats; `undefined` in logs of the first version, whose lines do not know each other. */
  sum: string | undefined;
  /** The checksum of the line that it follows. */
  previous: string | undefined;
}

/** A commit as a JSON array of `[table, key, value?]`, which has no line feeds. */
export const encodeCommit = (changes: readonly Change[]): string =>
  JSON.stringify(changes.map(({ table, key, value }) => (value === undefined ? [table, key] : [table, key, value])));

/** The changes of a commit that `encodeCommit` wrote. @throws SyntaxError for a text that is none */
export const decodeCommit = (text: string): Change[] =>
  (JSON.parse(text) as [string, string, unknown?][]).map(([table, key, value]) => ({ table, key, value }));

/**
 * What is written at once, as a line: checksum of the rest in hex, a space, the checksum of the line before, a space, a commit or, after the character of
 * its form, a piece of the stream, a line feed. So a line that is missing, doubled or elsewhere shows as well as one that is damaged.
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

/** A line (without its line feed), or `undefined` when it is torn or damaged. */
export function decodeLine(line: Buffer): LogLine | undefined {
  const sum = line.toString("latin1", 0, 8);
  if (line[8] !== 32 || hex(crc32(line.subarray(9))) !== sum) return undefined;
  if (line[9] === 91) return { form: "plain", bytes: line.subarray(9), sum: undefined, previous: undefined };
  const form = forms[String.fromCharCode(line[startOfAll] ?? 0) as keyof typeof forms] as Form | undefined;
  const bytes = form === "plain" ? line.subarray(startOfAll) : unescaped(line, startOfAll + 1);
  return { form, bytes, sum, previous: line.toString("latin1", 9, 17) };
}

const hex = (value: number) => value.toString(16).padStart(8, "0");
