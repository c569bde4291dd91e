import type { OrderView } from "../../contracts/order.ts";
import { waitingSince } from "../lib/staff/age.ts";

/** The orders that are not made yet and are late. `late` in minutes, `now` in ms. */
export function lateOnes(orders: Iterable<OrderView>, now: number, late: number): Set<string> {
  const found = new Set<string>();
  for (const order of orders)
    if (order.state === "queued" || order.state === "making" || order.state === "submitted")
      if (now - waitingSince(order) >= late * 60_000) found.add(order.id);
  return found;
}

/** Whether another order became late: those that were late when the screen was opened do not count. */
export function becameLate(before: ReadonlySet<string> | undefined, after: ReadonlySet<string>): boolean {
  return before !== undefined && [...after].some((id) => !before.has(id));
}
