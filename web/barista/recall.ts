import type { OrderView } from "../../contracts/order.ts";
import { recallMinutes } from "../../contracts/order-states.ts";

/** So many are listed. */
const mostListed = 20;

/** When an order came to stand where it is, ready or over (ms). */
export function stoodSince({ state, readyAt, endedAt, createdAt }: OrderView): number {
  return Date.parse((state === "ready" ? readyAt : endedAt) ?? createdAt);
}

/** What is ready or over and was made or to be made, the latest first. */
export function lately(orders: Iterable<OrderView>): OrderView[] {
  return [...orders]
    .filter(({ state, number }) => number !== undefined && isListed(state))
    .sort((a, b) => stoodSince(b) - stoodSince(a))
    .slice(0, mostListed);
}

/** Where a recall would lead; undefined where it is too late for one, or where there is nothing to take back. `now` in ms. */
export function backTo(order: OrderView, now: number): "making" | "ready" | "queued" | undefined {
  if (now - stoodSince(order) > recallMinutes * 60_000) return undefined;
  if (order.state === "ready") return "making";
  if (order.state === "collected") return "ready";
  return order.state === "cancelled" && order.end?.by === "barista" ? "queued" : undefined;
}

function isListed(state: OrderView["state"]): boolean {
  return state === "ready" || state === "collected" || state === "cancelled" || state === "uncollected";
}
