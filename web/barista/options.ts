import type { MenuDrink } from "../../contracts/catalog.ts";
import type { OrderView } from "../../contracts/order.ts";
import { shownOrder } from "../lib/own-words.ts";

export interface ShownOption {
  name: string;
  /** Differs from the drink's default: a barista must not miss it. */
  notable: boolean;
}

/** An order's options in their order, in this tablet's language. If the drink is no longer on the menu, all are notable. */
export function optionsOf(order: OrderView, menu: readonly MenuDrink[]): ShownOption[] {
  const groups = menu.find(({ id }) => id === order.drink?.id)?.options ?? [];
  const names = shownOrder(order, { menu }).options;
  return (order.options ?? []).map((option, at) => ({
    name: names[at] ?? option.choiceName,
    notable: groups.find(({ id }) => id === option.group)?.default !== option.choice,
  }));
}
