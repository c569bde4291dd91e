import type { MenuDrink } from "../../contracts/catalog.ts";
import { isOffered, usualChoice } from "../../contracts/offered.ts";
import type { OptionGroup } from "../../contracts/options.ts";

/** Choices by option group. */
export type Choices = Readonly<Record<string, readonly string[]>>;

/**
 * The choices that the drink still offers: those that were removed from the menu or are sold out are dropped. If a choice is required, the default
 * applies until the customer chooses. A customer's choice is never replaced by another: while it, or the default, is not available, nothing is chosen
 * and the customer has to choose.
 */
export function fitting(drink: Pick<MenuDrink, "options">, choices: Choices): Record<string, string[]> {
  return Object.fromEntries(
    drink.options.map((group) => {
      const offered = new Set(group.choices.filter(isOffered).map((choice) => choice.id));
      const chosen = choices[group.id] ?? [];
      const kept = chosen.filter((id) => offered.has(id));
      if (group.choose === "any") return [group.id, kept];
      const one = chosen.length > 0 ? kept[0] : usualChoice(group);
      return [group.id, one === undefined ? [] : [one]];
    }),
  );
}

/** The names of chosen options that are sold out. */
export function soldOutOf(drink: Pick<MenuDrink, "options">, choices: Choices): string[] {
  return drink.options.flatMap(({ id, choices: all }) =>
    all.filter((choice) => !isOffered(choice) && choices[id]?.includes(choice.id)).map(({ name }) => name),
  );
}

/** The choices after a tap on one: it replaces the other, or is added or removed. */
export function touched(group: OptionGroup, choices: Choices, id: string): Choices {
  const have = choices[group.id] ?? [];
  if (group.choose === "one") return { ...choices, [group.id]: [id] };
  return { ...choices, [group.id]: have.includes(id) ? have.filter((other) => other !== id) : [...have, id] };
}
