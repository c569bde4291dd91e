/**
 * Reading documents that anyone may have written by hand: whatever is missing or of another type becomes something that a form can show.
 * The server says what is wrong with it.
 */
export type Loose = Record<string, unknown>;

/** What a form was made of, and does not show all of. */
export interface Seen {
  /** As it lies there. */
  document: Loose;
  /** The server's time, ms since the epoch. */
  now: number;
}

/** A text, or a number as one; else an empty text. */
export function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
/** Whether it is `true`; whatever else stands there is no. */
export function flag(value: unknown): boolean {
  return value === true;
}
/** A list of objects; an item that is none becomes an empty one, and what is no list has none. */
export function list(value: unknown): Loose[] {
  return Array.isArray(value) ? value.map(fields) : [];
}
/** An object; whatever else stands there becomes an empty one. */
export function fields(value: unknown): Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

/** What was typed into a field for a whole number: the number, or what was typed, so that the server says what is wrong with it. */
export function whole(typed: string): number | string {
  const trimmed = typed.trim();
  return trimmed !== "" && Number.isFinite(Number(trimmed)) ? Number(trimmed) : typed;
}
