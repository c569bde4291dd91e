import type { OrderView } from "../../../contracts/order.ts";
import type { OrderCommand } from "../../../contracts/order-states.ts";

export type BarCommand = Exclude<OrderCommand, "submit">;

/** The expected state of the order if the API accepts. The version stays the same: only the API increments it. */
export function foreseen(
  order: OrderView,
  command: BarCommand,
  me: { id: string; name: string },
  now: number,
): OrderView {
  const at = new Date(now).toISOString();
  switch (command) {
    case "claim":
      return { ...order, state: "making", barista: me, claimedAt: at };
    case "release": {
      const { barista: _barista, claimedAt: _claimedAt, ...rest } = order;
      return { ...rest, state: "queued" };
    }
    case "ready":
      return { ...order, state: "ready", readyAt: at };
    case "collect":
      return { ...order, state: "collected", endedAt: at };
    case "cancel":
      return { ...order, state: "cancelled", endedAt: at };
    case "give-up":
      return { ...order, state: "uncollected", endedAt: at };
    case "call":
      return { ...order, calledAt: at };
    case "recall": {
      const { endedAt: _, end: __, ...rest } = order;
      return { ...rest, state: order.state === "collected" ? "ready" : order.state === "ready" ? "making" : "queued" };
    }
  }
}

/** The orders, with expected states in place of the versions they are based on; a newer known version wins. */
export function overlay(orders: ReadonlyMap<string, OrderView>, foreseen: ReadonlyMap<string, OrderView>): OrderView[] {
  return [...orders.values()].map((order) => {
    const guess = foreseen.get(order.id);
    return guess !== undefined && guess.version === order.version ? guess : order;
  });
}
