/** The coffees of one customer at one store, as they lie in the container `regulars`. */
export interface Coffees {
  kind: "customer";
  count: number;
  /** The order that was the last round one, and which it was: it is known again when its event comes again. */
  round?: { orderId: string; coffee: number };
  /** Seconds. Who has had none for so long begins anew. */
  ttl: number;
}

const kept = 400 * 24 * 60 * 60;

/** The id of the document of a customer. */
export function documentId(customerId: string): string {
  return `customer:${customerId}`;
}

/** The count with one order more. @param every every which coffee is a round one. Pure. */
export function withOrder(before: Coffees | undefined, orderId: string, every: number): Coffees {
  const count = (before?.count ?? 0) + 1;
  const round = count % every === 0 ? { orderId, coffee: count } : before?.round;
  return { kind: "customer", count, ...(round && { round }), ttl: kept };
}
