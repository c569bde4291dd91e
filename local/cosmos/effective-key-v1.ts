import type { PartitionKey } from "./partition-key.ts";

/** Version 1 hashes only this many characters of a text. */
const longest = 100;

/**
 * The effective partition key of version 1, between "" and "FF", computed as clients do: MurmurHash3 x86 32 over typed bytes, encoded as a number,
 * followed by the value itself. Both encodings preserve the sort order.
 */
export function effectiveKeyV1([key]: PartitionKey): string {
  return Buffer.concat([encodedNumber(murmur32(typedBytes(key))), encoded(key)])
    .toString("hex")
    .toUpperCase();
}

/** A 32-bit hash as the prefix of an effective partition key. */
export const hashPrefix = (hash: number): string => encodedNumber(hash).toString("hex").toUpperCase();

function typedBytes(key: PartitionKey[number]): Buffer {
  if (typeof key === "string") return Buffer.concat([Buffer.of(8), Buffer.from(key.slice(0, longest)), Buffer.of(0)]);
  if (typeof key !== "number") return mark(key);
  const bytes = Buffer.alloc(9, 5);
  bytes.writeDoubleLE(key, 1);
  return bytes;
}

function encoded(key: PartitionKey[number]): Buffer {
  if (typeof key === "number") return encodedNumber(key);
  if (typeof key !== "string") return mark(key);
  const bytes = Buffer.from(key.slice(0, longest)).map((byte) => (byte < 0xff ? byte + 1 : byte));
  return Buffer.concat([Buffer.of(8), bytes, Buffer.of(0)]);
}

function mark(key: boolean | null | undefined): Buffer {
  if (typeof key === "boolean") return Buffer.of(key ? 3 : 2);
  return Buffer.of(key === null ? 1 : 0);
}

/** The bits of a double, arranged to sort as numbers do: first eight, then seven at a time with a bit that says whether more follow. */
function encodedNumber(value: number): Buffer {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const raw = view.getBigUint64(0);
  const sign = 1n << 63n;
  let left = BigInt.asUintN(64, raw < sign ? raw ^ sign : ~raw + 1n);
  const bytes = [5, Number(left >> 56n)];
  left = BigInt.asUintN(64, left << 8n);
  do {
    bytes.push(Number(left >> 56n) | 1);
    left = BigInt.asUintN(64, left << 7n);
  } while (left !== 0n);
  const last = (bytes.pop() ?? 0) & 0xfe;
  return Buffer.from(last === 0 ? bytes : [...bytes, last]);
}

/** MurmurHash3 x86 32 with seed 0, after Austin Appleby's public-domain description. */
function murmur32(bytes: Buffer): number {
  const mix = (k: number): number => Math.imul(rotate(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
  const blocks = bytes.length - (bytes.length % 4);
  let h = 0;
  for (let at = 0; at < blocks; at += 4)
    h = (Math.imul(rotate(h ^ mix(bytes.readInt32LE(at)), 13), 5) + 0xe6546b64) | 0;
  const tail = Buffer.alloc(4);
  bytes.copy(tail, 0, blocks);
  if (blocks < bytes.length) h ^= mix(tail.readInt32LE(0));
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
