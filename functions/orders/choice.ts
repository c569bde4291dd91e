import type { MenuDrink } from "../../contracts/catalog.ts";
import { canBeOrdered, isOffered } from "../../contracts/offered.ts";
import type { OptionGroup } from "../../contracts/options.ts";
import type { ChosenOption, OrderView } from "../../contracts/order.ts";

/** What a customer orders: a drink, and choices by option group. */
export interface Wish {
  drinkId: string;
  options: Record<string, string[]>;
}

/** A drink and its options as they are written into the order, or why they cannot be ordered. */
export type Choice =
  | { drink: NonNullable<OrderView["drink"]>; options: ChosenOption[] }
  | { refused: "drink-unavailable" | "choice-unavailable" | "bad-option"; detail: string; errors?: Placed[] };

interface Placed {
  path: string;
  message: string;
}

/** Finds the drink and options in the menu and fills in the defaults. */
export function choose(menu: MenuDrink[], { drinkId, options }: Wish): Choice {
  const drink = menu.find(({ id }) => id === drinkId);
  if (drink === undefined)
    return { refused: "drink-unavailable", detail: `There is no drink "${drinkId}" on the menu.` };
  if (!canBeOrdered(drink)) return { refused: "drink-unavailable", detail: `${drink.name} is sold out.` };

  const errors: Placed[] = [];
  const soldOut: (Placed & { name: string })[] = [];
  const groups = new Map(drink.options.map((group) => [group.id, group]));
  for (const id of Object.keys(options)) {
    if (!groups.has(id)) errors.push({ path: `options.${id}`, message: `is no option of ${drink.name}` });
  }
  const chosen = drink.options.flatMap((group) => {
    const wanted = Object.hasOwn(options, group.id) ? options[group.id] : undefined;
    const ids = wanted ?? (group.default === undefined ? [] : [group.default]);
    errors.push(...problemsOf(group, ids));
    soldOut.push(...soldOutOf(group, ids));
    return group.choices
      .filter(({ id }) => ids.includes(id))
      .map(({ id, name }) => ({ group: group.id, groupName: group.name, choice: id, choiceName: name }));
  });
  if (errors.length > 0) {
    const detail = errors.map(({ path, message }) => `${path} ${message}`).join("; ");
    return { refused: "bad-option", detail: `${detail}.`, errors };
  }
  if (soldOut.length > 0) {
    const names = soldOut.map(({ name }) => name).join(", ");
    const placed = soldOut.map(({ path, message }) => ({ path, message }));
    return { refused: "choice-unavailable", detail: `Sold out: ${names}.`, errors: placed };
  }
  return { drink: { id: drink.id, name: drink.name, icon: drink.icon }, options: chosen };
}

/** Whether an order contains this drink and these options. It does not need the menu, so it works for a drink that was removed from it. */
export function holds(order: Pick<OrderView, "drink" | "options">, { drinkId, options }: Wish): boolean {
  if (order.drink?.id !== drinkId) return false;
  return Object.entries(options).every(([group, ids]) => {
    const has = (order.options ?? []).filter((option) => option.group === group).map(({ choice }) => choice);
    return has.length === ids.length && ids.every((id) => has.includes(id));
  });
}

/** The choices that are sold out, including a default that was filled in: then the customer has to choose. */
function soldOutOf(group: OptionGroup, ids: string[]): (Placed & { name: string })[] {
  return group.choices
    .filter((choice) => ids.includes(choice.id) && !isOffered(choice))
    .map(({ name }) => ({ path: `options.${group.id}`, message: `${name} is sold out`, name }));
}

function problemsOf(group: OptionGroup, ids: string[]): Placed[] {
  const known = group.choices.map(({ id }) => id);
  const problems = ids.flatMap((id, index) => {
    const path = `options.${group.id}[${index}]`;
    if (!known.includes(id)) return [{ path, message: `is none of ${known.join(", ")}` }];
    if (ids.indexOf(id) < index) return [{ path, message: "is there twice" }];
    return [];
  });
  if (group.choose === "one" && ids.length !== 1) {
    problems.push({ path: `options.${group.id}`, message: `needs exactly one of ${known.join(", ")}` });
  }
  return problems;
}
