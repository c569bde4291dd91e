import { quotable } from "../../contracts/bounded.ts";
import { type MenuDrink, menuDrink } from "../../contracts/catalog.ts";
import type { DrinkDocument } from "../../contracts/documents.ts";
import { mistake } from "../../contracts/mistakes.ts";
import { groupIdOf, type OptionGroup, type SharedGroup, type SharedUse, sharedGroup } from "../../contracts/options.ts";
import { checkDocument, isDeleted, type Problems, type Stored } from "./check.ts";
import { problemsFrom } from "./problems.ts";

/** Shared groups by their ids, in the form that counts now: the document's, or its last good one. */
export type Groups = ReadonlyMap<string, SharedGroup>;

type Resolved = { drink: MenuDrink } | { problems: Problems };

/**
 * A drink as screens show it, with the groups that it shares put in their places; or what is wrong with how it names them. No drink comes out that
 * names a group that there is not, or offers nothing where one must be chosen. Pure.
 */
export function withGroups(drink: DrinkDocument, groups: Groups): Resolved {
  const problems: Problems = [];
  const options = drink.options.map((group, at): OptionGroup | undefined => {
    if (!("shared" in group)) return group;
    const shared = groups.get(group.shared);
    const resolved = shared === undefined ? lost(group) : asUsed(shared, group);
    if (!Array.isArray(resolved)) return resolved;
    problems.push(...problemsFrom(resolved, ["options", at]));
    return undefined;
  });
  return problems.length > 0 ? { problems } : { drink: menuDrink.parse({ ...drink, options }) };
}

/**
 * The last good form of a drink whose document has a mistake, with what is sold out now in the groups that it shares: that goes for every drink at once,
 * this one too. Pure.
 */
export function soldOutAsNow(drink: MenuDrink, groups: Groups): MenuDrink {
  const options = drink.options.map((group) => {
    const now = group.shared === undefined ? undefined : groups.get(group.shared);
    if (now === undefined) return group;
    const choices = group.choices.map(({ available, ...choice }) => {
      const found = now.choices.find(({ id }) => id === choice.id) ?? { available };
      return found.available === undefined ? choice : { ...choice, available: found.available };
    });
    return { ...group, choices };
  });
  return { ...drink, options };
}

/** The shared groups whose documents are good. */
export function goodGroups(documents: Stored[]): SharedGroup[] {
  return documents.flatMap((stored) => {
    if (isDeleted(stored) || stored.kind !== "options") return [];
    const checked = checkDocument(stored);
    return "document" in checked && checked.document.kind === "options" ? [sharedGroup.parse(checked.document)] : [];
  });
}

/** The drinks that name a shared group, those with mistakes among them. */
export function usersOf(shared: string, documents: Stored[]): Stored[] {
  return documents.filter((stored) => {
    if (isDeleted(stored) || stored.kind !== "drink" || !Array.isArray(stored.options)) return false;
    return stored.options.some((group) => (group as Partial<SharedUse> | null)?.shared === shared);
  });
}

/** Documents by the names that people gave them. */
export function namesOf(documents: Stored[]): string {
  return quotable(
    documents.map(({ id, name }) => (typeof name === "string" && name !== "" ? name : id)).join(", "),
    100,
  );
}

type Mistakes = ReturnType<typeof mistake>[];

const lost = ({ shared }: SharedUse): Mistakes => [
  mistake(["shared"], "lost-group", `names ${shared}, which is not there or not good`),
];

function asUsed({ id: shared, ...group }: SharedGroup, use: SharedUse): OptionGroup | Mistakes {
  const choices = group.choices.filter(({ id }) => !use.without?.includes(id));
  const usual = use.default ?? group.default;
  if (choices.length === 0) return [mistake(["without"], "too-few", `leaves no choice of ${shared}`)];
  const ids = choices.map(({ id }) => id);
  if (group.choose === "one" && usual !== undefined && !ids.includes(usual))
    return [mistake(["default"], "lost-default", `must be one of the choices ${ids.join(", ")} of ${shared}`)];
  const { name, choose } = group;
  return {
    id: groupIdOf(shared),
    name,
    choose,
    choices,
    ...(choose === "one" && usual !== undefined && { default: usual }),
    shared,
  };
}
