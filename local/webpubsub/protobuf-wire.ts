/** A field in the wire format of protocol buffers: a varint, or bytes. */
export type Field = { readonly field: number } & ({ readonly varint: bigint } | { readonly bytes: Buffer });

/** The maximum nesting depth of groups, equal to protocol buffers' limit for messages. */
const deepestGroup = 100;

/**
 * The fields of a message in order. Fixed-width fields and groups, which the schema does not use, are skipped.
 * @throws RangeError if the bytes are not a valid message.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError("A number is incomplete, or too long.");
  };
  const skip = (length: number): number => {
    if (length > message.length - at) throw new RangeError("A field is longer than the data that is left.");
    at += length;
    return at;
  };
  /** The open groups; their contents are skipped. */
  const groups: number[] = [];
  while (at < message.length) {
    const tag = varint();
    const field = Number(tag >> 3n);
    if (field < 1 || field > 0x1fff_ffff) throw new RangeError(`There is no field ${field}.`);
    const type = Number(tag & 7n);
    if (type === 0) {
      const value = varint();
      if (groups.length === 0) yield { field, varint: value };
    } else if (type === 2) {
      const length = Number(varint());
      const start = at;
      const bytes = message.subarray(start, skip(length));
      if (groups.length === 0) yield { field, bytes };
    } else if (type === 1) skip(8);
    else if (type === 5) skip(4);
    else if (type === 3) {
      if (groups.push(field) > deepestGroup) throw new RangeError(`Groups are nested more than ${deepestGroup} deep.`);
    } else if (type !== 4) throw new RangeError(`There is no wire type ${type}.`);
    else if (groups.pop() !== field) throw new RangeError(`The group ${field} ends without having begun.`);
  }
  if (groups.length > 0) throw new RangeError("A group does not end.");
}

/** The text of a field. @throws RangeError if it is not UTF-8. */
export function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new RangeError("A text is not UTF-8.");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Serializes a number; nothing for 0, as in proto3, unless `always` is set. */
export function numberField(field: number, value: number, always = false): Buffer {
  return value === 0 && !always ? nothing : Buffer.concat([varintOf(field * 8), varintOf(value)]);
}

/** Serializes text or bytes; nothing if they are empty, unless `always` is set. */
export function bytesField(field: number, value: string | Buffer, always = false): Buffer {
  if (value.length === 0 && !always) return nothing;
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([varintOf(field * 8 + 2), varintOf(bytes.length), bytes]);
}

/** Serializes a nested message, even if it is empty. */
export const messageField = (field: number, ...parts: Buffer[]): Buffer =>
  bytesField(field, Buffer.concat(parts), true);

const nothing = Buffer.alloc(0);

function varintOf(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
