import type { MenuDrink } from "../../contracts/catalog.ts";
import type { OrderView } from "../../contracts/order.ts";
import { optionsOf } from "./options.ts";

/** A ticket in its column. */
export interface Ticket {
  order: OrderView;
  /** How many alike stand together here, itself among them; 1 when it stands by itself. */
  alike: number;
  /** The oldest of them, which the others stand behind. */
  leads: boolean;
}

/** The tickets as they come, each by itself. */
export function apart(orders: readonly OrderView[]): Ticket[] {
  return orders.map((order) => ({ order, alike: 1, leads: true }));
}

/**
 * Tickets of the same drink next to each other: the oldest of each kind stands where it stood among the oldest of the others, and those like it
 * follow, in turn. So nobody's wait begins anew, and the first ticket of all stays the first. `orders` the longest waiting first.
 */
export function together(orders: readonly OrderView[], menu: readonly MenuDrink[]): Ticket[] {
  const kinds = new Map<string, OrderView[]>();
  for (const order of orders) {
    const kind = kindOf(order, menu);
    const same = kinds.get(kind);
    if (same === undefined) kinds.set(kind, [order]);
    else same.push(order);
  }
  return [...kinds.values()].flatMap((same) =>
    same.map((order, at) => ({ order, alike: same.length, leads: at === 0 })),
  );
}

/** What is made the same way: the drink, and the options that differ from how it is usually made, in whatever order they were chosen. */
export function kindOf(order: OrderView, menu: readonly MenuDrink[]): string {
  const shown = optionsOf(order, menu);
  const wanted = (order.options ?? [])
    .filter((_, at) => shown[at]?.notable)
    .map(({ group, choice }) => `${group}:${choice}`)
    .sort();
  return JSON.stringify([order.drink?.id, ...wanted]);
}
