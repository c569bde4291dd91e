import type { MenuDrink } from "../../contracts/catalog.ts";
import type { OrderView } from "../../contracts/order.ts";
import { optionsOf } from "./options.ts";

/** A ticket in its column. */
export interface Ticket {
  order: OrderView;
  /** How many tickets of the same kind are grouped here, including this one; 1 if it is not grouped. */
  alike: number;
  /** The oldest of them, which the others follow. */
  leads: boolean;
}

/** The tickets in their order, without grouping. */
export function apart(orders: readonly OrderView[]): Ticket[] {
  return orders.map((order) => ({ order, alike: 1, leads: true }));
}

/**
 * Groups tickets of the same kind: each group is placed by its oldest ticket, and the others follow in order. So nobody's wait starts again, and the
 * first ticket of all stays first. `orders` the longest waiting first.
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

/** The same kind: the same drink, and the same options that differ from the default, in whatever order they were chosen. */
export function kindOf(order: OrderView, menu: readonly MenuDrink[]): string {
  const shown = optionsOf(order, menu);
  const wanted = (order.options ?? [])
    .filter((_, at) => shown[at]?.notable)
    .map(({ group, choice }) => `${group}:${choice}`)
    .sort();
  return JSON.stringify([order.drink?.id, ...wanted]);
}
