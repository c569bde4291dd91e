import { longBytes } from "../kernel/text-bytes.ts";
import { Texts } from "../kernel/texts.ts";

/** What is stored of an item apart from its position on disk, as JSON; the values of the columns follow. */
export type Head = [
  id: string,
  key: string,
  lsn: number,
  at: number,
  size: number,
  ts: number,
  ttl: number | null,
  ...known: unknown[],
];

/** The same, parsed. The object is reused for every head. */
export interface ReadHead {
  /** The id is the UTF-8 text from `idStart` to `idEnd` in these bytes. */
  bytes: Buffer;
  idStart: number;
  idEnd: number;
  /** The partition key as JSON. */
  key: string;
  lsn: number;
  at: number;
  size: number;
  ts: number;
  ttl: number | null;
  known: unknown[];
}

const [quote, backslash, comma, bracket, minus, zero, nine, smallN] = [34, 92, 44, 93, 45, 48, 57, 110];
/** Numbers with more digits are not computed digit by digit, because each step would round. */
const exactDigits = 15;
/** The number of texts whose parsed values are cached. */
const mostRemembered = 4096;

/**
 * Reads heads from the bytes in which they are stored. A start reads one for every item, so this is fast: keys and values, which many items share,
 * are parsed once, and ids are not parsed at all.
 */
export class HeadReader {
  readonly #lists: Remembered<unknown[]>;
  readonly #keys = new Remembered((text) => JSON.parse(text) as string);
  #at = 0;
  readonly #head: ReadHead = {
    ...{ bytes: Buffer.alloc(0), idStart: 0, idEnd: 0, key: "" },
    ...{ lsn: 0, at: 0, size: 0, ts: 0, ttl: null, known: [] },
  };

  readonly #decoded: (known: unknown[]) => unknown[];

  /** @param decoded decodes the values of the columns from their form in a head */
  constructor(decoded: (known: unknown[]) => unknown[]) {
    this.#decoded = decoded;
    this.#lists = new Remembered((text) => decoded(JSON.parse(`[${text}]`) as unknown[]));
  }

  /** The same for a head that was just created and not read. */
  taken([id, key, lsn, at, size, ts, ttl, ...known]: Head): ReadHead {
    const bytes = longBytes(id);
    const place = { bytes, idStart: 0, idEnd: bytes.length };
    return Object.assign(this.#head, { ...place, key, lsn, at, size, ts, ttl, known: this.#decoded(known) });
  }

  /** The head from `start` to `end` of the bytes. The object is reused: read it before the next call. */
  read(bytes: Buffer, start: number, end: number): ReadHead {
    return this.#quickly(bytes, start, end) ?? this.taken(JSON.parse(bytes.toString("utf8", start, end)) as Head);
  }

  /** `undefined` if the head needs the JSON parser. */
  #quickly(bytes: Buffer, start: number, end: number): ReadHead | undefined {
    const head = this.#head;
    head.bytes = bytes;
    head.idStart = start + 2;
    head.idEnd = textEnd(bytes, head.idStart, end);
    if (head.idEnd === -1) return undefined;
    const keyStart = head.idEnd + 2;
    const keyEnd = skipText(bytes, keyStart, end);
    head.key = this.#keys.get(bytes, keyStart, keyEnd);
    this.#at = keyEnd + 1;
    head.lsn = this.#number(bytes);
    head.at = this.#number(bytes);
    head.size = this.#number(bytes);
    head.ts = this.#number(bytes);
    head.ttl = this.#numberOrNull(bytes);
    // Each number ends at a comma; after the last one come the values, or the end.
    if (Number.isNaN(head.lsn + head.at + head.size + head.ts + (head.ttl ?? 0))) return undefined;
    head.known = this.#lists.get(bytes, this.#at, Math.max(this.#at, end - 1));
    return head;
  }

  /** A whole number and the character after it; `NaN` if it is invalid. */
  #number(bytes: Buffer): number {
    const negative = bytes[this.#at] === minus;
    if (negative) this.#at++;
    let number = 0;
    const from = this.#at;
    for (let byte = bytes[this.#at] as number; byte >= zero && byte <= nine; byte = bytes[++this.#at] as number)
      number = number * 10 + byte - zero;
    const digits = this.#at - from;
    if (digits === 0 || digits > exactDigits || (bytes[this.#at] !== comma && bytes[this.#at] !== bracket))
      return Number.NaN;
    this.#at++;
    return negative ? -number : number;
  }

  #numberOrNull(bytes: Buffer): number | null {
    if (bytes[this.#at] !== smallN) return this.#number(bytes);
    this.#at += 5;
    return null;
  }
}

/** The position of the closing quote of a text; -1 if the text contains escapes. */
function textEnd(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end && bytes[at] !== backslash; at++) if (bytes[at] === quote) return at;
  return -1;
}

/** The position after the closing quote of the text whose opening quote is at `start`. */
function skipText(bytes: Buffer, start: number, end: number): number {
  let at = start + 1;
  for (; at < end && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
  return at + 1;
}

/** A cache of values parsed from frequent texts, looked up by their bytes. */
class Remembered<T> {
  readonly #make: (text: string) => T;
  readonly #texts = new Texts();
  readonly #made: T[] = [];
  #last = -1;

  constructor(make: (text: string) => T) {
    this.#make = make;
  }

  get(bytes: Buffer, start: number, end: number): T {
    if (this.#last !== -1 && this.#texts.has(this.#last, bytes, start, end)) return this.#made[this.#last] as T;
    const before = this.#texts.find(bytes, start, end);
    if (before !== -1) {
      this.#last = before;
      return this.#made[before] as T;
    }
    const made = this.#make(bytes.toString("utf8", start, end));
    if (this.#made.length < mostRemembered) {
      this.#texts.enter(bytes, start, end);
      this.#made.push(made);
    }
    return made;
  }
}
