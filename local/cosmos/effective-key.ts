import { effectiveKeyV1 } from "./effective-key-v1.ts";
import type { PartitionKey, PartitionKeyDefinition } from "./partition-key.ts";

const mask = (1n << 64n) - 1n;
const c1 = 0x87c37b91114253d5n;
const c2 = 0x4cf5ad432745937fn;

/**
 * The effective partition key: the position of a key between "" and "FF", computed as clients do. The hash here is that of version 2
 * (MurmurHash3 x64 128 over typed bytes, reversed, top two bits cleared, upper-case hex).
 */
export function effectiveKey(key: PartitionKey, definition: PartitionKeyDefinition): string {
  if (definition.version !== 2) return effectiveKeyV1(key);
  if (definition.kind === "MultiHash") return key.map((component) => hash([component])).join("");
  return hash(key);
}

function hash(key: PartitionKey): string {
  const digest = murmur(Buffer.concat(key.map(typedBytes))).reverse();
  digest[0] = (digest[0] ?? 0) & 0x3f;
  return digest.toString("hex").toUpperCase();
}

function typedBytes(component: PartitionKey[number]): Buffer {
  if (typeof component === "string") return Buffer.concat([Buffer.of(8), Buffer.from(component), Buffer.of(0xff)]);
  if (typeof component === "number") {
    const bytes = Buffer.alloc(9, 5);
    bytes.writeDoubleLE(component, 1);
    return bytes;
  }
  if (typeof component === "boolean") return Buffer.of(component ? 3 : 2);
  return Buffer.of(component === null ? 1 : 0);
}

const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (64n - by))) & mask;
const mixK1 = (k: bigint): bigint => (rotate((k * c1) & mask, 31n) * c2) & mask;
const mixK2 = (k: bigint): bigint => (rotate((k * c2) & mask, 33n) * c1) & mask;

function finish(value: bigint): bigint {
  let h = value ^ (value >> 33n);
  h = (h * 0xff51afd7ed558ccdn) & mask;
  h ^= h >> 33n;
  h = (h * 0xc4ceb9fe1a85ec53n) & mask;
  return h ^ (h >> 33n);
}

/** MurmurHash3 x64 128 with seed 0, after Austin Appleby's public-domain description. */
function murmur(bytes: Buffer): Buffer {
  let h1 = 0n;
  let h2 = 0n;
  const blocks = bytes.length - (bytes.length % 16);
  for (let at = 0; at < blocks; at += 16) {
    h1 ^= mixK1(bytes.readBigUInt64LE(at));
    h1 = ((rotate(h1, 27n) + h2) * 5n + 0x52dce729n) & mask;
    h2 ^= mixK2(bytes.readBigUInt64LE(at + 8));
    h2 = ((rotate(h2, 31n) + h1) * 5n + 0x38495ab5n) & mask;
  }
  const tail = Buffer.alloc(16);
  bytes.copy(tail, 0, blocks);
  h1 ^= mixK1(tail.readBigUInt64LE(0));
  h2 ^= mixK2(tail.readBigUInt64LE(8));
  h1 ^= BigInt(bytes.length);
  h2 ^= BigInt(bytes.length);
  h1 = (h1 + h2) & mask;
  h2 = (h2 + h1) & mask;
  h1 = finish(h1);
  h2 = finish(h2);
  h1 = (h1 + h2) & mask;
  h2 = (h2 + h1) & mask;
  const digest = Buffer.alloc(16);
  digest.writeBigUInt64LE(h1, 0);
  digest.writeBigUInt64LE(h2, 8);
  return digest;
}
