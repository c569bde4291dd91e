import { longBytes } from "../kernel/text-bytes.ts";
import { Texts } from "../kernel/texts.ts";

/** What is kept of an item beside its place on the disk, as JSON; values of the columns follow. */
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

/** The same, read where it is kept: the object is the same each time. */
export interface ReadHead {
  /** The id is from `idStart` to `idEnd` of this, in UTF-8. */
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
/** Numbers of more digits are not put together digit by digit: each step would round. */
const exactDigits = 15;
/** Of so many texts there is what was made of them. */
const mostRemembered = 4096;

/**
 * Reads heads out of the bytes that they are kept in. A start reads as many of them as there are items: what most of them have alike, the key and the values,
 * is parsed once, and nothing is made of an id.
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

  /** @param decoded the values of the columns out of how they stand in a head */
  constructor(decoded: (known: unknown[]) => unknown[]) {
    this.#decoded = decoded;
    this.#lists = new Remembered((text) => decoded(JSON.parse(`[${text}]`) as unknown[]));
  }

  /** A head that is not read, but has just been made. */
  taken([id, key, lsn, at, size, ts, ttl, ...known]: Head): ReadHead {
    const bytes = longBytes(id);
    const place = { bytes, idStart: 0, idEnd: bytes.length };
    return Object.assign(this.#head, { ...place, key, lsn, at, size, ts, ttl, known: this.#decoded(known) });
  }

  /** The head that stands from `start` to `end` of the bytes. The object is the same each time: what is wanted of it is to be taken before the next call. */
  read(bytes: Buffer, start: number, end: number): ReadHead {
    return this.#quickly(bytes, start, end) ?? this.taken(JSON.parse(bytes.toString("utf8", start, end)) as Head);
  }

  /** `undefined` when it must be parsed. */
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
    // Each of them is over at a comma; behind the last are the values, or the end.
    if (Number.isNaN(head.lsn + head.at + head.size + head.ts + (head.ttl ?? 0))) return undefined;
    head.known = this.#lists.get(bytes, this.#at, Math.max(this.#at, end - 1));
    return head;
  }

  /** A whole number and what follows it; `NaN` when it is none. */
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

/** Where the text ends that begins there, at its quote; -1 when it is not simply what stands before that. */
function textEnd(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end && bytes[at] !== backslash; at++) if (bytes[at] === quote) return at;
  return -1;
}

/** Behind the quote that ends the text whose quote is at `start`. */
function skipText(bytes: Buffer, start: number, end: number): number {
  let at = start + 1;
  for (; at < end && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
  return at + 1;
}

/** What was made of texts that come often, found by their bytes. */
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
