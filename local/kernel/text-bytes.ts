/** Never occurs in UTF-8. Marks a text with lone surrogates, which UTF-8 could not tell apart. */
const halves = 0xff;
/** Never occurs in UTF-8. The sixteen bytes that follow are a UUID: most ids are or contain one. */
const uuid = 0xfe;

const dash = 45;
const uuidLength = 36;
/** The positions of the digits of each byte in a UUID. */
const pairs = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const digits = Buffer.from("0123456789abcdef");
/** The value of each byte as a hexadecimal digit; -1 if it is none. */
const digitOf = new Int8Array(256).fill(-1);
for (const [value, digit] of digits.entries()) digitOf[digit] = value;

/**
 * Encodes a text at the beginning of a buffer, with different bytes for different texts: as UTF-8 if possible, with UUIDs shortened. @returns the
 * number of bytes
 */
function writeText(bytes: Buffer, text: string): number {
  if (text.isWellFormed()) return shorten(bytes, 0, bytes.write(text, "utf8"), bytes, 0);
  bytes[0] = halves;
  return 1 + bytes.write(text, 1, "utf16le");
}

/** Holds the encoded text of a lookup until the next one. */
export const scratch: { bytes: Buffer } = { bytes: Buffer.alloc(4096) };

/** Encodes a text into {@link scratch}. @returns the number of bytes */
export function intoScratch(text: string): number {
  if (text.length * 3 > scratch.bytes.length) scratch.bytes = Buffer.alloc(text.length * 4);
  return writeText(scratch.bytes, text);
}

/** A text in this encoding, as a new buffer. */
export function bytesOfText(text: string): Buffer {
  return Buffer.from(scratch.bytes.subarray(0, intoScratch(text)));
}

/** A text in the form that `shorten` takes. */
export const longBytes = (text: string): Buffer => (text.isWellFormed() ? Buffer.from(text) : bytesOfText(text));

/**
 * Converts UTF-8, or a text encoded before UUIDs were shortened, to the form of `writeText`. Both buffers may be the same if `to` is not after
 * `start`.
 * @returns the end of the written bytes
 */
export function shorten(from: Buffer, start: number, end: number, into: Buffer, to: number): number {
  let at = start;
  let written = to;
  const last = from[start] === halves ? -1 : end - uuidLength;
  while (at <= last) {
    if (from[at + 8] === dash && shortUuid(from, at, into, written)) {
      at += uuidLength;
      written += 17;
    } else into[written++] = from[at++] as number;
  }
  while (at < end) into[written++] = from[at++] as number;
  return written;
}

const sixteen = new Uint8Array(16);

/** Writes the UUID that begins at `at`; returns `false` if there is none. */
function shortUuid(from: Buffer, at: number, into: Buffer, to: number): boolean {
  if (from[at + 13] !== dash || from[at + 18] !== dash || from[at + 23] !== dash) return false;
  for (let byte = 0; byte < 16; byte++) {
    const digit = at + (pairs[byte] as number);
    const value = ((digitOf[from[digit] as number] as number) << 4) | (digitOf[from[digit + 1] as number] as number);
    if (value < 0) return false;
    sixteen[byte] = value;
  }
  into[to] = uuid;
  for (let byte = 0; byte < 16; byte++) into[to + 1 + byte] = sixteen[byte] as number;
  return true;
}

/** Decodes a text. */
export function readText(bytes: Buffer, start: number, end: number): string {
  if (bytes[start] === halves && end > start) return bytes.toString("utf16le", start + 1, end);
  for (let at = start; at < end; at++) if (bytes[at] === uuid) return longText(bytes, start, end);
  return bytes.toString("utf8", start, end);
}

let long = Buffer.alloc(256);

function longText(bytes: Buffer, start: number, end: number): string {
  if ((end - start) * 3 > long.length) long = Buffer.alloc((end - start) * 4);
  let length = 0;
  for (let at = start; at < end; at++) {
    if (bytes[at] !== uuid) {
      long[length++] = bytes[at] as number;
      continue;
    }
    long[length + 8] = long[length + 13] = long[length + 18] = long[length + 23] = dash;
    for (const place of pairs) {
      const value = bytes[++at] as number;
      long[length + place] = digits[value >> 4] as number;
      long[length + place + 1] = digits[value & 15] as number;
    }
    length += uuidLength;
  }
  return long.toString("utf8", 0, length);
}
