import type { MenuDrink } from "../../contracts/catalog.ts";
import type { OrderView } from "../../contracts/order.ts";
import { optionsOf } from "./options.ts";

export interface Count {
  kind: "drink" | "option";
  name: string;
  count: number;
}

/** What is wanted in all right now: drinks, and the options that differ from the default, the most wanted first. */
export function allDay(orders: Iterable<OrderView>, menu: readonly MenuDrink[]): Count[] {
  const counts = new Map<string, Count>();
  const add = (kind: Count["kind"], key: string, name: string): void => {
    const id = `${kind} ${key}`;
    counts.set(id, { kind, name, count: (counts.get(id)?.count ?? 0) + 1 });
  };
  for (const order of orders) {
    if (order.drink === undefined || !["submitted", "queued", "making"].includes(order.state)) continue;
    add("drink", order.drink.id, order.drink.name);
    // By name: each drink has an oat milk of its own, but they come from one carton.
    for (const { name, notable } of optionsOf(order, menu)) if (notable) add("option", name.toLowerCase(), name);
  }
  return [...counts.values()].sort(
    (a, b) => b.count - a.count || a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name),
  );
}
