import type { OrderView } from "../../contracts/order.ts";
import type { OrderState } from "../../contracts/order-states.ts";

const shown: readonly OrderState[] = ["ready", "making", "queued", "submitted"];

/** The orders that are to be made or fetched: the furthest first, and the oldest first of those equally far. */
export function openOrders(orders: Iterable<OrderView>): OrderView[] {
  return [...orders]
    .filter(({ state }) => shown.includes(state))
    .sort(
      (a, b) => shown.indexOf(a.state) - shown.indexOf(b.state) || Date.parse(a.createdAt) - Date.parse(b.createdAt),
    );
}

/** Whether staff may cancel it: not once it is ready. */
export function canCancel({ state }: OrderView): boolean {
  return state === "submitted" || state === "queued" || state === "making";
}
