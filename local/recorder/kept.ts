/** Longest text of a body that is kept, in bytes; of a longer one its beginning. */
export const longestKept = 32 * 1024;
/** What a particular that is no text or bytes is taken to weigh: most are small, and to measure each would cost more than it tells. */
const guessed = 512;

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
  return isCut(value) ? value.cut.length : guessed;
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
