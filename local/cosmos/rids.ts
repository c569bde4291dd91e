/**
 * Resource ids as the service forms them: base64 (with `-` for `/`) of 4 bytes for a database,
 * those and 4 more for a container, those and 8 more for an item. Clients take them apart again.
 */
export const encodeRid = (bytes: Buffer): string => bytes.toString("base64").replaceAll("/", "-");

/** The bytes of a rid. Of a text that is none, whatever base64 makes of it: who takes one from a client looks at the length. */
export const decodeRid = (rid: string): Buffer => Buffer.from(rid.replaceAll("-", "/"), "base64");

/**
 * The rid of the item with a number, in the container with a rid. The number is little-endian, and the high four bits of the last
 * byte say the kind of resource (0 is an item): both SDKs read rids so to find their place among rows that ORDER BY does not tell apart.
 */
export function itemRid(containerBytes: Buffer, number: number): string {
  const bytes = Buffer.allocUnsafe(16);
  containerBytes.copy(bytes);
  bytes.writeBigUInt64LE(BigInt(number), 8);
  return encodeRid(bytes);
}

/** The number that `itemRid` put in, or undefined when the rid is none of an item. */
export function itemNumber(rid: string): number | undefined {
  const bytes = decodeRid(rid);
  return bytes.length === 16 ? Number(bytes.readBigUInt64LE(8)) : undefined;
}
