import type { MenuDrink } from "./catalog.ts";
import type { OptionGroup } from "./options.ts";

/**
 * The rules for what can be ordered, shared by the server and all screens that take orders. This file imports no library, since phones load it.
 */
type Choice = Pick<OptionGroup["choices"][number], "available">;

/** Whether a choice is not sold out. */
export const isOffered = ({ available }: Choice): boolean => available !== false;

/** The groups of a drink that require a choice and whose choices are all sold out. */
export function nothingLeft({ options }: Pick<MenuDrink, "options">): OptionGroup[] {
  return options.filter(({ choose, choices }) => choose === "one" && !choices.some(isOffered));
}

/** Whether a drink can be ordered now: it is not sold out, and each group that requires a choice has one left. */
export function canBeOrdered(drink: Pick<MenuDrink, "available" | "options">): boolean {
  return drink.available && nothingLeft(drink).length === 0;
}

/**
 * The default of a group, which applies if the customer chooses nothing. A default that is sold out is not replaced: the customer has to choose,
 * since they may not tolerate another milk.
 */
export function usualChoice({ choose, choices, default: usual }: OptionGroup): string | undefined {
  return choose === "one" ? choices.find((choice) => choice.id === usual && isOffered(choice))?.id : undefined;
}

/** The groups that require a choice and have none yet. */
export function toChoose(
  { options }: Pick<MenuDrink, "options">,
  chosen: Readonly<Record<string, readonly string[]>>,
): OptionGroup[] {
  return options.filter(({ id, choose }) => choose === "one" && (chosen[id] ?? []).length === 0);
}
