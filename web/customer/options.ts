import type { MenuDrink } from "../../contracts/catalog.ts";
import type { OptionGroup } from "../../contracts/documents.ts";

/** Choices by option group. */
export type Choices = Readonly<Record<string, readonly string[]>>;

/**
 * The choices as the drink offers them now: what is gone from the menu is dropped, and a group with one choice falls back to its default.
 */
export function fitting(drink: Pick<MenuDrink, "options">, choices: Choices): Record<string, string[]> {
  return Object.fromEntries(
    drink.options.map((group) => {
      const offered = new Set(group.choices.map((choice) => choice.id));
      const kept = (choices[group.id] ?? []).filter((id) => offered.has(id));
      if (group.choose === "any") return [group.id, kept];
      const one = kept[0] ?? group.default ?? group.choices[0]?.id;
      return [group.id, one === undefined ? [] : [one]];
    }),
  );
}

/** The choices after a touch on one: taken in place of the other, or added and removed. */
export function touched(group: OptionGroup, choices: Choices, id: string): Choices {
  const have = choices[group.id] ?? [];
  if (group.choose === "one") return { ...choices, [group.id]: [id] };
  return { ...choices, [group.id]: have.includes(id) ? have.filter((other) => other !== id) : [...have, id] };
}
