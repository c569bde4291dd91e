import type { OrderView } from "../../contracts/order.ts";
import type { OrderState } from "../../contracts/order-states.ts";
import { waitingSince } from "../lib/staff/age.ts";

const shown: readonly OrderState[] = ["ready", "making", "queued", "submitted"];

/** The orders that are to be made or fetched: the furthest first, and of those equally far who has waited longest, by the age that is shown. */
export function openOrders(orders: Iterable<OrderView>): OrderView[] {
  return [...orders]
    .filter(({ state }) => shown.includes(state))
    .sort((a, b) => shown.indexOf(a.state) - shown.indexOf(b.state) || waitingSince(a) - waitingSince(b));
}

/** Whether staff may cancel it: not once it is ready. */
export function canCancel({ state }: OrderView): boolean {
  return state === "submitted" || state === "queued" || state === "making";
}
