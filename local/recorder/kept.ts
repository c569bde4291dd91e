import { Body } from "./bodies.ts";

/**
 * How many parts of a detail that is neither text nor bytes are visited to estimate its size. Most have fewer, and to traverse a large one would cost
 * more than it is worth.
 */
const lookedAt = 64;
/** The overhead of each part besides its text, in bytes. */
const part = 32;

/** The start of a truncated body. */
export interface Cut {
  readonly cut: string;
  /** The full length, in bytes. */
  readonly length: number;
}

/** How many parts may still be visited. */
let left = 0;

/** The approximate size of an object in bytes, from a sample of its parts. */
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

/** Extrapolates from the visited parts to all. */
const sumOfAll = (sum: number, seen: number, count: number): number =>
  seen === 0 ? count * part : (sum / seen) * count;

/** A detail for people and for JSON: a body as text, and JSON text as its value. */
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
