import { Body } from "./bodies.ts";

/** How many parts of a particular that is no text or bytes are looked at to say what it weighs: most have fewer, and to go through a large one would cost more than it tells. */
const lookedAt = 64;
/** What each part of it takes beside its text, in bytes. */
const part = 32;

/** The beginning of a body that is too long to be kept. */
export interface Cut {
  readonly cut: string;
  /** Of the whole, in bytes. */
  readonly length: number;
}

/** Parts that may still be looked at. */
let left = 0;

/** About how many bytes an object holds, by some of its parts: of a list as many of the others as it has. */
export function weightOf(value: object): number {
  left = lookedAt;
  return weigh(value);
}

function weigh(it: unknown): number {
  left--;
  if (typeof it === "string") return part + it.length;
  if (typeof it !== "object" || it === null) return part;
  if (it instanceof Uint8Array) return part + it.byteLength;
  return part + (Array.isArray(it) ? weighList(it) : weighRecord(it as Readonly<Record<string, unknown>>));
}

function weighList(list: readonly unknown[]): number {
  let sum = 0;
  let seen = 0;
  for (; seen < list.length && left > 0; seen++) sum += weigh(list[seen]);
  return sumOfAll(sum, seen, list.length);
}

function weighRecord(record: Readonly<Record<string, unknown>>): number {
  let sum = 0;
  let seen = 0;
  let count = 0;
  for (const name in record) {
    count++;
    if (left <= 0) continue;
    sum += weigh(record[name]);
    seen++;
  }
  return sumOfAll(sum, seen, count);
}

/** For those that were not looked at what the others weigh on average. */
const sumOfAll = (sum: number, seen: number, count: number): number =>
  seen === 0 ? count * part : (sum / seen) * count;

/** A particular for people and for JSON: a body as text, and text that is JSON as what it says. */
export function readable(value: unknown): unknown {
  if (value instanceof Body && value.whole !== undefined) return { cut: String(value), length: value.whole } as Cut;
  const text = value instanceof Body ? String(value) : value;
  if (typeof text !== "string" || !/^\s*[[{"]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
