/**
 * Resource ids in the service's format: base64 (with `-` for `/`) of 4 bytes for a database,
 * 4 more for a container, and 8 more for an item. Clients parse them.
 */
export const encodeRid = (bytes: Buffer): string => bytes.toString("base64").replaceAll("/", "-");

/** Decodes a rid. Invalid text gives whatever base64 decodes it to: callers that get a rid from a client check the length. */
export const decodeRid = (rid: string): Buffer => Buffer.from(rid.replaceAll("-", "/"), "base64");

/**
 * The rid of an item by its number, in the container with this rid. The number is little-endian, and the high four bits of the last
 * byte are the kind of resource (0 is an item): both SDKs parse rids to resume among rows that ORDER BY does not distinguish.
 */
export function itemRid(containerBytes: Buffer, number: number): string {
  const bytes = Buffer.allocUnsafe(16);
  containerBytes.copy(bytes);
  bytes.writeBigUInt64LE(BigInt(number), 8);
  return encodeRid(bytes);
}

/** The number in an item's rid; undefined if it is not the rid of an item. */
export function itemNumber(rid: string): number | undefined {
  const bytes = decodeRid(rid);
  return bytes.length === 16 ? Number(bytes.readBigUInt64LE(8)) : undefined;
}
