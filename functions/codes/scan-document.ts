/** The orders that a customer has begun with the code of one window. */
export interface ScanDocument {
  id: string;
  kind: "scan";
  storeId: string;
  /** The order of the last scan, which is the reply to a repeated scan. */
  orderId: string;
  /** Orders that use a scan. An order whose scan was returned is removed. */
  taken: string[];
  ttl: number;
}

const keptFor = 6 * 60 * 60;

/** The id of this document. @param opensAt ISO 8601 */
export function scanId(opensAt: string, customerId: string): string {
  return `scan:${opensAt}:${customerId}`;
}

/** The order that a repeated scan belongs to; `undefined` if the scan is to begin another one. */
export function repeated(scan: ScanDocument | undefined, after: string | undefined): string | undefined {
  if (scan === undefined || scan.orderId === after) return undefined;
  // The order was refused and its scan returned: a repeated scan has no order to lead to.
  return scan.taken.includes(scan.orderId) ? scan.orderId : undefined;
}

/** The document after a scan has begun another order. */
export function withOrder(
  scan: ScanDocument | undefined,
  begun: { storeId: string; opensAt: string; customerId: string; orderId: string },
): ScanDocument {
  const { storeId, opensAt, customerId, orderId } = begun;
  const taken = [...(scan?.taken ?? []), orderId];
  return { id: scanId(opensAt, customerId), kind: "scan", storeId, orderId, taken, ttl: keptFor };
}
