/** The few forms of DER (ITU-T X.690) that a certificate consists of. Each function returns a whole element: tag, length, content. */

const element = (tag: number, content: Buffer): Buffer => Buffer.concat([Buffer.of(tag), lengthOf(content), content]);

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

/** A SEQUENCE of elements. */
export const sequence = (...parts: Buffer[]): Buffer => element(0x30, Buffer.concat(parts));

/** A SET OF one element, which needs no sorting. */
export const setOf = (part: Buffer): Buffer => element(0x31, part);

/** A UTF8String. */
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));

/** An OCTET STRING. */
export const octets = (content: Buffer): Buffer => element(0x04, content);

/** A BIT STRING of whole bytes. */
export const bits = (content: Buffer): Buffer => element(0x03, Buffer.concat([Buffer.of(0), content]));

/** A positive number, from its big-endian bytes. */
export const integer = (bytes: Buffer): Buffer =>
  element(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);

/** A time as `YYMMDDHHMMSSZ`, until 2049. */
export const utcTime = (text: string): Buffer => element(0x17, Buffer.from(text));

/** A BOOLEAN, with the one byte that DER allows for true. */
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.of(value ? 0xff : 0));

/** An element with a context-specific tag: `[number]`, around another element or in place of its tag. */
export const tagged = (number: number, content: Buffer, constructed: boolean): Buffer =>
  element((constructed ? 0xa0 : 0x80) | number, content);

/** An object identifier such as `2.5.4.3`. */
export function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}
