/** The coffees of one customer at one store, as stored in the container `regulars`. */
export interface Coffees {
  kind: "customer";
  count: number;
  /** The last order with a round number, and that number, so that its event is recognized if it is delivered again. */
  round?: { orderId: string; coffee: number };
  /** In seconds. After this time without a coffee, the count starts again. */
  ttl: number;
}

const kept = 400 * 24 * 60 * 60;

/** The document id of a customer. */
export function documentId(customerId: string): string {
  return `customer:${customerId}`;
}

/** The count with one more order. Pure. @param every each multiple of it is a round number */
export function withOrder(before: Coffees | undefined, orderId: string, every: number): Coffees {
  const count = (before?.count ?? 0) + 1;
  const round = count % every === 0 ? { orderId, coffee: count } : before?.round;
  return { kind: "customer", count, ...(round && { round }), ttl: kept };
}
