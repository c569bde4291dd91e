/** Longest text of a body that is kept, in bytes; of a longer one its beginning. */
export const longestKept = 32 * 1024;
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

/** A particular as it is kept: nothing is read or written out before somebody looks, but nothing large is held on to either. */
export function kept(value: unknown): unknown {
  if (typeof value === "string") {
    return value.length <= longestKept ? value : cutOf(value.slice(0, longestKept), Buffer.byteLength(value));
  }
  if (!(value instanceof Uint8Array) || value.byteLength <= longestKept) return value;
  return cutOf(Buffer.from(value.subarray(0, longestKept)).toString(), value.byteLength);
}

const isCut = (value: unknown): value is Cut => typeof value === "object" && value !== null && "cut" in value;

const cutOf = (cut: string, length: number): Cut => ({ cut, length });

/** About how many bytes a particular holds. */
export function weightOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  return isCut(value) ? value.cut.length : estimated(value);
}

/** What an object holds, by some of its parts: of a list as many of the others as it has. */
function estimated(value: unknown): number {
  let left = lookedAt;
  const weigh = (it: unknown): number => {
    left--;
    if (typeof it === "string") return part + it.length;
    if (it instanceof Uint8Array) return part + it.byteLength;
    if (typeof it !== "object" || it === null) return part;
    if (Array.isArray(it)) return part + sumOf(it.length, (n) => weigh(it[n]));
    const names = Object.keys(it);
    return part + sumOf(names.length, (n) => weigh((it as Record<string, unknown>)[names[n] as string]));
  };
  /** Of as many as may still be looked at, and for the others what those weighed on average. */
  const sumOf = (count: number, weightAt: (n: number) => number): number => {
    let sum = 0;
    let seen = 0;
    for (; seen < count && left > 0; seen++) sum += weightAt(seen);
    return seen === 0 ? count * part : (sum / seen) * count;
  };
  return weigh(value);
}

/** A particular for people and for JSON: bytes as text, and text that is JSON as what it says. */
export function readable(value: unknown): unknown {
  const text = value instanceof Uint8Array ? Buffer.from(value).toString() : value;
  if (typeof text !== "string" || !/^\s*[[{"]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
