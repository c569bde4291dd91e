import type { MenuDrink } from "./catalog.ts";
import type { OptionGroup } from "./options.ts";

/**
 * What of the menu can be ordered: said here once for the server and for every screen that takes an order. Free of libraries, as it travels to phones.
 */
type Choice = Pick<OptionGroup["choices"][number], "available">;

/** Whether a choice can be chosen now. */
export const isOffered = ({ available }: Choice): boolean => available !== false;

/** The groups of a drink of which one must be chosen and none is left. */
export function nothingLeft({ options }: Pick<MenuDrink, "options">): OptionGroup[] {
  return options.filter(({ choose, choices }) => choose === "one" && !choices.some(isOffered));
}

/** Whether a drink can be ordered now: it is not sold out, and where one of several must be chosen there is one left. */
export function canBeOrdered(drink: Pick<MenuDrink, "available" | "options">): boolean {
  return drink.available && nothingLeft(drink).length === 0;
}

/**
 * What is taken where nobody chose: the default. While it is sold out there is none, and the customer is asked: another milk in its place may be one that
 * somebody cannot drink.
 */
export function usualChoice({ choose, choices, default: usual }: OptionGroup): string | undefined {
  return choose === "one" ? choices.find((choice) => choice.id === usual && isOffered(choice))?.id : undefined;
}

/** The groups of which one must be chosen and none is. */
export function toChoose(
  { options }: Pick<MenuDrink, "options">,
  chosen: Readonly<Record<string, readonly string[]>>,
): OptionGroup[] {
  return options.filter(({ id, choose }) => choose === "one" && (chosen[id] ?? []).length === 0);
}
