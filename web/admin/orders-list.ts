import type { OrderView } from "../../contracts/order.ts";
import type { OrderState } from "../../contracts/order-states.ts";
import { waitingSince } from "../lib/staff/age.ts";

const shown: readonly OrderState[] = ["ready", "making", "queued", "submitted"];

/** The orders to make or to hand over: the furthest step first, within a step the longest waiting first, by the age that is shown. */
export function openOrders(orders: Iterable<OrderView>): OrderView[] {
  return [...orders]
    .filter(({ state }) => shown.includes(state))
    .sort((a, b) => shown.indexOf(a.state) - shown.indexOf(b.state) || waitingSince(a) - waitingSince(b));
}

/** Whether staff may cancel it: only before it is ready. */
export function canCancel({ state }: OrderView): boolean {
  return state === "submitted" || state === "queued" || state === "making";
}
