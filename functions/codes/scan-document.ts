/** What a customer has begun with the code of one window. */
export interface ScanDocument {
  id: string;
  kind: "scan";
  storeId: string;
  /** The order that the last scan began: what a scan repeated is answered with. */
  orderId: string;
  /** Orders whose scans are taken; a scan given back is no longer here. */
  taken: string[];
  ttl: number;
}

const keptFor = 6 * 60 * 60;

/** The id of what a customer has begun with the code of a window. @param opensAt ISO 8601 */
export function scanId(opensAt: string, customerId: string): string {
  return `scan:${opensAt}:${customerId}`;
}

/** The order that the scan already has; `undefined` when it is to begin another. */
export function repeated(scan: ScanDocument | undefined, after: string | undefined): string | undefined {
  if (scan === undefined || scan.orderId === after) return undefined;
  // The order was refused and its scan given back: there is nothing that a second scan could lead to.
  return scan.taken.includes(scan.orderId) ? scan.orderId : undefined;
}

/** The scan once it has begun another order. */
export function withOrder(
  scan: ScanDocument | undefined,
  begun: { storeId: string; opensAt: string; customerId: string; orderId: string },
): ScanDocument {
  const { storeId, opensAt, customerId, orderId } = begun;
  const taken = [...(scan?.taken ?? []), orderId];
  return { id: scanId(opensAt, customerId), kind: "scan", storeId, orderId, taken, ttl: keptFor };
}
