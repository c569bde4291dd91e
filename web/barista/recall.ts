import type { OrderView } from "../../contracts/order.ts";
import { recallMinutes } from "../../contracts/order-states.ts";

/** The maximum that is listed. */
const mostListed = 20;

/** When an order reached its present state, ready or ended (ms). */
export function stoodSince({ state, readyAt, endedAt, createdAt }: OrderView): number {
  return Date.parse((state === "ready" ? readyAt : endedAt) ?? createdAt);
}

/** Ready and ended orders with a number, latest first. */
export function lately(orders: Iterable<OrderView>): OrderView[] {
  return [...orders]
    .filter(({ state, number }) => number !== undefined && isListed(state))
    .sort((a, b) => stoodSince(b) - stoodSince(a))
    .slice(0, mostListed);
}

/** The state that a recall would lead to; undefined if it is too late, or there is nothing to recall. `now` in ms. */
export function backTo(order: OrderView, now: number): "making" | "ready" | "queued" | undefined {
  if (now - stoodSince(order) > recallMinutes * 60_000) return undefined;
  if (order.state === "ready") return "making";
  if (order.state === "collected") return "ready";
  return order.state === "cancelled" && order.end?.by === "barista" ? "queued" : undefined;
}

function isListed(state: OrderView["state"]): boolean {
  return state === "ready" || state === "collected" || state === "cancelled" || state === "uncollected";
}
