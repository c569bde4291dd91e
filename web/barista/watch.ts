import type { OrderView } from "../../contracts/order.ts";

type Orders = ReadonlyMap<string, OrderView>;

/** Changes between two versions of the list that a barista should notice. */
export interface Noticed {
  /** Newly ordered. */
  arrived: OrderView[];
  /** Cancelled or expired after a drink was ordered. */
  ended: OrderView[];
  /** Orders to be made that disappeared from the list without a known reason. */
  gone: OrderView[];
}

/** @param before undefined on the first load, when nothing counts as new */
export function notice(before: Orders | undefined, after: Orders): Noticed {
  const noticed: Noticed = { arrived: [], ended: [], gone: [] };
  if (before === undefined) return noticed;
  for (const order of after.values()) {
    const was = before.get(order.id)?.state;
    if ((order.state === "submitted" || order.state === "queued") && (was === undefined || was === "choosing"))
      noticed.arrived.push(order);
    if (hasEnded(order) && was !== order.state) noticed.ended.push(order);
  }
  for (const order of before.values()) if (isOpen(order) && !after.has(order.id)) noticed.gone.push(order);
  return noticed;
}

/** Whether an order with a drink was cancelled or expired, so that somebody may have begun it in vain. */
export function hasEnded(order: OrderView): boolean {
  return order.drink !== undefined && (order.state === "cancelled" || order.state === "expired");
}

function isOpen(order: OrderView): boolean {
  return order.state === "submitted" || order.state === "queued" || order.state === "making";
}

/** Whether an ended order's ticket belongs on this screen: those that a colleague was making are on theirs. */
export function concerns(order: OrderView, me: string | undefined): boolean {
  return order.barista === undefined || order.barista.id === me;
}
