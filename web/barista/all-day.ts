import type { MenuDrink } from "../../contracts/catalog.ts";
import type { OrderView } from "../../contracts/order.ts";
import { shownOrder } from "../lib/own-words.ts";
import { optionsOf } from "./options.ts";

export interface Count {
  /** What is counted: the drink's id, or the option. Two drinks can have the same name. */
  key: string;
  kind: "drink" | "option";
  name: string;
  count: number;
}

/**
 * Everything that is currently wanted: drinks in the menu's order, then options that differ from the default, by name. The order does not depend on
 * the counts, so that nothing moves while somebody looks for it.
 */
export function allDay(orders: Iterable<OrderView>, menu: readonly MenuDrink[]): Count[] {
  const counts = new Map<string, Count>();
  const add = (kind: Count["kind"], key: string, name: string): void => {
    const id = `${kind} ${key}`;
    counts.set(id, { key: id, kind, name, count: (counts.get(id)?.count ?? 0) + 1 });
  };
  for (const order of orders) {
    if (order.drink === undefined || !["submitted", "queued", "making"].includes(order.state)) continue;
    add("drink", order.drink.id, shownOrder(order, { menu }).drink);
    // By name: each drink has its own oat milk option, but they come from one carton.
    for (const { name, notable } of optionsOf(order, menu)) if (notable) add("option", name.toLowerCase(), name);
  }
  const place = (key: string): number => {
    const index = menu.findIndex(({ id }) => `drink ${id}` === key);
    return index < 0 ? menu.length : index;
  };
  return [...counts]
    .sort(
      ([a, one], [b, two]) =>
        one.kind.localeCompare(two.kind) ||
        place(a) - place(b) ||
        (one.name < two.name ? -1 : one.name > two.name ? 1 : 0),
    )
    .map(([, count]) => count);
}
