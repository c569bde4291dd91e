import type { MenuDrink } from "../../../contracts/catalog.ts";
import { isOffered } from "../../../contracts/offered.ts";

/** Options that can be sold out besides whole drinks: the choices of a question, in all drinks that have it. */
export interface ChoiceGroup {
  id: string;
  name: string;
  choices: { id: string; name: string; available: boolean }[];
}

/**
 * The questions of a menu, each once, with all choices that any drink has of it, in the menu's order. A choice is there while one drink offers it:
 * where drinks have the question for themselves, they are switched together.
 */
export function choiceGroups(menu: readonly MenuDrink[]): ChoiceGroup[] {
  const groups = new Map<string, ChoiceGroup>();
  for (const group of menu.flatMap(({ options }) => options)) {
    const known = groups.get(group.id) ?? { id: group.id, name: group.name, choices: [] };
    groups.set(group.id, known);
    for (const choice of group.choices) {
      const same = known.choices.find(({ id }) => id === choice.id);
      if (same) same.available ||= isOffered(choice);
      else known.choices.push({ id: choice.id, name: choice.name, available: isOffered(choice) });
    }
  }
  return [...groups.values()];
}
