import { plainDigits } from "../lib/format.ts";

/**
 * Reads documents that anyone may have written by hand: a missing value or one of another type becomes one that a form can show.
 * The server reports the mistakes.
 */
export type Loose = Record<string, unknown>;

/** The source of a form, which does not show all of it. */
export interface Seen {
  /** The stored document. */
  document: Loose;
  /** The server's time, ms since the epoch. */
  now: number;
}

/** A text, or a number as text; otherwise an empty text. */
export function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
/** Whether it is `true`; any other value counts as false. */
export function flag(value: unknown): boolean {
  return value === true;
}
/** A list of objects; items that are not objects become empty ones, and anything but a list becomes an empty list. */
export function list(value: unknown): Loose[] {
  return Array.isArray(value) ? value.map(fields) : [];
}
/** An object; anything else becomes an empty one. */
export function fields(value: unknown): Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

/** The input of a field for a whole number, in the digits of any script: the number, or the input itself if it is none, so that the server reports the mistake. */
export function whole(typed: string): number | string {
  const plain = plainDigits(typed).trim();
  return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : typed;
}
