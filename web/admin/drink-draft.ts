import { slug } from "../../contracts/slug.ts";
import { isolated } from "../lib/text.ts";
import { fields, flag, type Loose, list, text, whole } from "./loose.ts";
import { steps } from "./problems.ts";

/** A drink while it is edited: what stands in the fields of the form. `key` tells lines apart while they move. */
export interface DrinkDraft {
  slug: string;
  name: string;
  description: string;
  icon: string;
  available: boolean;
  position: string;
  options: GroupDraft[];
}
export interface GroupDraft {
  key: string;
  id: string;
  name: string;
  choose: string;
  /** Key of the choice that is taken when the customer names none. */
  default: string;
  choices: ChoiceDraft[];
}
export interface ChoiceDraft {
  key: string;
  id: string;
  name: string;
}

const prefix = "drink:";

export function emptyDrink(position: number): DrinkDraft {
  return { slug: "", name: "", description: "", icon: "cup", available: true, position: String(position), options: [] };
}

/** The same document makes the same draft each time, keys too, so that two drafts can be compared. */
export function drinkDraft(document: Loose): DrinkDraft {
  return {
    slug: text(document.id).replace(prefix, ""),
    name: text(document.name),
    description: text(document.description),
    icon: text(document.icon),
    available: flag(document.available),
    position: text(document.position),
    options: list(document.options).map((group, index) => groupDraft(group, `g${index}`)),
  };
}

function groupDraft(group: Loose, key: string): GroupDraft {
  const choices = list(group.choices).map((choice, index) => ({
    key: `${key}c${index}`,
    id: text(choice.id),
    name: text(choice.name),
  }));
  const taken = choices.find(({ id }) => id !== "" && id === group.default)?.key ?? "";
  return { key, id: text(group.id), name: text(group.name), choose: text(group.choose), default: taken, choices };
}

/** The document to save. Only what the form shows is in it: a field that does not belong there is gone with that. */
export function drinkDocument(draft: DrinkDraft, storeId: string): Loose & { id: string } {
  return {
    id: `${prefix}${draft.slug}`,
    kind: "drink",
    storeId,
    name: draft.name,
    description: draft.description,
    icon: draft.icon,
    available: draft.available,
    position: whole(draft.position),
    options: draft.options.map((group) => {
      const taken = group.choose === "one" ? group.choices.find(({ key }) => key === group.default)?.id : undefined;
      return {
        id: group.id,
        name: group.name,
        choose: group.choose,
        choices: group.choices.map(({ id, name }) => ({ id, name })),
        ...(taken === undefined ? {} : { default: taken }),
      };
    }),
  };
}

/** The field at which a path of the document is shown: lines by key, so that a message stays with a line that is moved. */
export function drinkField(draft: DrinkDraft, path: string): string | undefined {
  const [first, index, second, choiceIndex, third] = steps(path);
  // Ids are made of names and never shown: what is wrong with one stands at its name.
  if (first === "id") return "name";
  if (first !== "options") return typeof first === "string" && first in draft ? first : undefined;
  if (index === undefined) return "options";
  const group = draft.options[Number(index)];
  if (group === undefined) return undefined;
  if (second === undefined || second === "id") return `${group.key}.name`;
  if (second !== "choices") return second in group ? `${group.key}.${second}` : undefined;
  if (choiceIndex === undefined) return `${group.key}.choices`;
  const choice = group.choices[Number(choiceIndex)];
  if (choice === undefined) return undefined;
  return third === undefined || third === "id" || third === "name" ? `${choice.key}.name` : undefined;
}

/**
 * A name was typed: the id follows it while the line is new, that is, while the id is what the old name made, and where the id is none. Of a name
 * that nothing in an id can be made of, such as カプチーノ, it is made of `otherwise`.
 */
export function rename(
  line: { id: string; name: string },
  name: string,
  others: readonly { id: string }[],
  otherwise: string,
): void {
  const made = slug(line.name) || otherwise;
  const follows =
    !/^[a-z0-9][a-z0-9-]{0,39}$/.test(line.id) || line.id.replace(/-\d+$/, "") === made || line.id === made;
  line.name = name;
  if (follows) line.id = freeId(slug(name) || otherwise, others);
}

/** A place in the menu that a drink can be put at: the position to save for it, and the drink before it, if there is one. */
export interface Place {
  position: string;
  after: string | undefined;
}

/** The places between the other drinks, in the menu's order. Where the drink stands now its position stays; between two without room is none. */
export function places(position: string, others: readonly { name: string; position: number }[]): Place[] {
  const sorted = [...others].sort((a, b) => a.position - b.position);
  const now = Number(position);
  let found = false;
  return [undefined, ...sorted].flatMap((before, index) => {
    const next = sorted[index];
    const here =
      !found && (before === undefined || before.position <= now) && (next === undefined || now <= next.position);
    found ||= here;
    const free = between(before?.position, next?.position);
    if (!here && free === undefined) return [];
    return [{ position: here ? position : String(free), after: before?.name }];
  });
}

function between(before: number | undefined, next: number | undefined): number | undefined {
  if (before === undefined) return next === undefined ? 10 : next > 0 ? Math.max(0, next - 10) : undefined;
  if (next === undefined) return before < 10_000 ? Math.min(10_000, before + 10) : undefined;
  const middle = Math.floor((before + next) / 2);
  return middle > before ? middle : undefined;
}

/** `wanted`, or with the first number that makes it different from the ids of all others. */
export function freeId(wanted: string, others: readonly { id: string }[]): string {
  const taken = new Set(others.map(({ id }) => id));
  let id = wanted;
  for (let n = 2; id !== "" && taken.has(id); n++) id = `${wanted.slice(0, 36)}-${n}`;
  return id;
}

/** Swaps a line with its neighbour; at the ends nothing happens. */
export function move<T>(lines: T[], index: number, by: -1 | 1): void {
  const here = lines[index];
  const there = lines[index + by];
  if (here === undefined || there === undefined) return;
  lines[index] = there;
  lines[index + by] = here;
}

/** A drink's questions in a line of the table: `Size · Milk`. */
export function optionsSummary(document: Loose): string {
  return list(document.options)
    .map((group) => text(fields(group).name) || text(group.id))
    .filter((name) => name !== "")
    .map(isolated)
    .join(" · ");
}
