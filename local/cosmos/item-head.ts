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

/** The same, read. */
export interface ReadHead {
  id: string;
  /** The partition key as JSON. */
  key: string;
  lsn: number;
  at: number;
  size: number;
  ts: number;
  ttl: number | null;
  known: unknown[];
}

const [quote, backslash, comma, bracket, minus, zero, nine] = [34, 92, 44, 93, 45, 48, 57];
const nullText = Buffer.from("null");
/** Numbers of more digits are not put together digit by digit: each step would round. */
const exactDigits = 15;
/** So many lists of values and keys are remembered by their text. */
const mostRemembered = 4096;

/**
 * Reads heads out of the bytes that they are kept in. A start reads as many of them as there are items: what most of them have alike, the key and the values,
 * is parsed once, and the id is made a text of its own without anything else.
 */
export class HeadReader {
  readonly #decoded: (known: unknown[]) => unknown[];
  readonly #lists = new Map<string, unknown[]>();
  readonly #keys = new Map<string, string>();
  #at = 0;

  /** @param decoded the values of the columns out of how they stand in a head */
  constructor(decoded: (known: unknown[]) => unknown[]) {
    this.#decoded = decoded;
  }

  /** A head that is not read, but has just been made. */
  taken([id, key, lsn, at, size, ts, ttl, ...known]: Head): ReadHead {
    return { id, key, lsn, at, size, ts, ttl, known: this.#decoded(known) };
  }

  read(bytes: Buffer, start: number, end: number): ReadHead {
    this.#at = start + 1;
    const id = this.#id(bytes);
    const key = id === undefined ? undefined : this.#key(bytes, end);
    if (id !== undefined && key !== undefined) {
      const [lsn, at, size, ts] = [this.#number(bytes), this.#number(bytes), this.#number(bytes), this.#number(bytes)];
      const ttl = this.#numberOrNull(bytes);
      // What stands before the comma is over; behind it are the values, or the end.
      if (![lsn, at, size, ts, ttl].includes(Number.NaN))
        return { id, key, lsn, at, size, ts, ttl, known: this.#known(bytes, end) };
    }
    return this.taken(JSON.parse(bytes.toString("utf8", start, end)) as Head);
  }

  /** `undefined` when it is not simply what stands in its quotes. */
  #id(bytes: Buffer): string | undefined {
    const from = this.#at + 1;
    let to = from;
    for (; bytes[to] !== quote; to++) if (bytes[to] === backslash) return undefined;
    this.#at = to + 2;
    return bytes.toString("utf8", from, to);
  }

  #key(bytes: Buffer, end: number): string | undefined {
    const from = this.#at;
    let to = from + 1;
    for (; to < end && bytes[to] !== quote; to++) if (bytes[to] === backslash) to++;
    this.#at = to + 2;
    return remembered(this.#keys, bytes.toString("utf8", from, to + 1), (text) => JSON.parse(text) as string);
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
    if (bytes.compare(nullText, 0, 4, this.#at, this.#at + 4) !== 0) return this.#number(bytes);
    this.#at += 5;
    return null;
  }

  #known(bytes: Buffer, end: number): unknown[] {
    const text = this.#at < end ? bytes.toString("utf8", this.#at, end - 1) : "";
    return remembered(this.#lists, text, () => this.#decoded(JSON.parse(`[${text}]`) as unknown[]));
  }
}

function remembered<T>(known: Map<string, T>, text: string, make: (text: string) => T): T {
  let value = known.get(text);
  if (value !== undefined) return value;
  value = make(text);
  if (known.size < mostRemembered) known.set(text, value);
  return value;
}
