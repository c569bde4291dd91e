/**
 * Resource ids as the service forms them: base64 (with `-` for `/`) of 4 bytes for a database,
 * those and 4 more for a container, those and 8 more for an item. Clients take them apart again.
 */
export const encodeRid = (bytes: Buffer): string => bytes.toString("base64").replaceAll("/", "-");

export const decodeRid = (rid: string): Buffer => Buffer.from(rid.replaceAll("-", "/"), "base64");

/** The rid of the item with a number, in the container with a rid. */
export function itemRid(containerBytes: Buffer, number: number): string {
  const bytes = Buffer.allocUnsafe(16);
  containerBytes.copy(bytes);
  bytes.writeBigUInt64BE(BigInt(number), 8);
  return encodeRid(bytes);
}

/** The number that `itemRid` put in. */
export const itemNumber = (rid: string): number => Number(decodeRid(rid).readBigUInt64BE(8));
