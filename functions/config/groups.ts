import { quotable } from "../../contracts/bounded.ts";
import { type MenuDrink, menuDrink } from "../../contracts/catalog.ts";
import type { DrinkDocument } from "../../contracts/documents.ts";
import { mistake } from "../../contracts/mistakes.ts";
import { groupIdOf, type OptionGroup, type SharedGroup, type SharedUse, sharedGroup } from "../../contracts/options.ts";
import { checkDocument, isDeleted, type Problems, type Stored } from "./check.ts";
import { problemsFrom } from "./problems.ts";

/** The shared option groups by id, each as its valid document or its last valid version. */
export type Groups = ReadonlyMap<string, SharedGroup>;

type Resolved = { drink: MenuDrink } | { problems: Problems };

/**
 * Resolves a drink's references to shared groups, as screens show it. Returns problems instead if it names a group that does not exist, or if a required choice
 * has no option. Pure.
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
 * The last valid version of a drink, with the current sold-out marks of the shared groups: a mark applies to all drinks at once, also to one whose document is
 * invalid. Pure.
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

/** The shared groups with valid documents. */
export function goodGroups(documents: Stored[]): SharedGroup[] {
  return documents.flatMap((stored) => {
    if (isDeleted(stored) || stored.kind !== "options") return [];
    const checked = checkDocument(stored);
    return "document" in checked && checked.document.kind === "options" ? [sharedGroup.parse(checked.document)] : [];
  });
}

/** The drinks that name a shared group, including invalid ones. */
export function usersOf(shared: string, documents: Stored[]): Stored[] {
  return documents.filter((stored) => {
    if (isDeleted(stored) || stored.kind !== "drink" || !Array.isArray(stored.options)) return false;
    return stored.options.some((group) => (group as Partial<SharedUse> | null)?.shared === shared);
  });
}

/** The names of documents, for a message. */
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
