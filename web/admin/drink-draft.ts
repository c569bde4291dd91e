import { isolated } from "../lib/text.ts";
import { type GroupDraft, groupDraft, groupField, groupFields } from "./group-draft.ts";
import { flag, type Loose, list, text, whole } from "./loose.ts";
import { steps } from "./problems.ts";
import { type TextsDraft, textsDraft, textsField } from "./texts-draft.ts";

/** A drink while it is edited: the contents of the form's fields. `key` identifies lines while they move. */
export interface DrinkDraft {
  slug: string;
  name: string;
  description: string;
  texts: TextsDraft;
  icon: string;
  available: boolean;
  position: string;
  options: LineDraft[];
}
/** A question of the drink's own, or a shared one. */
export type LineDraft = GroupDraft | UseDraft;
/** A shared question, as this drink uses it. */
export interface UseDraft {
  key: string;
  /** Id of the shared group's document. */
  shared: string;
  /** Id of the drink's default choice, in place of the group's; empty for the group's. */
  default: string;
  /** Ids of the choices that it does not offer. */
  without: string[];
}

const prefix = "drink:";
/** The translatable fields of a drink. */
const told = ["name", "description"];

/** The initial draft of a new drink, at this position of the menu. */
export function emptyDrink(position: number): DrinkDraft {
  return {
    slug: "",
    name: "",
    description: "",
    texts: textsDraft(undefined, told),
    icon: "cup",
    available: true,
    position: String(position),
    options: [],
  };
}

/** The same document always gives the same draft, including keys, so that drafts can be compared. */
export function drinkDraft(document: Loose): DrinkDraft {
  return {
    slug: text(document.id).replace(prefix, ""),
    name: text(document.name),
    description: text(document.description),
    texts: textsDraft(document.texts, told),
    icon: text(document.icon),
    available: flag(document.available),
    position: text(document.position),
    options: list(document.options).map((group, index) => lineDraft(group, `g${index}`)),
  };
}

function lineDraft(group: Loose, key: string): LineDraft {
  if (!("shared" in group)) return groupDraft(group, key);
  const without = Array.isArray(group.without) ? group.without.map(text) : [];
  return { key, shared: text(group.shared), default: text(group.default), without };
}

/** Whether a drink shares this question with others. */
export const isShared = (line: LineDraft): line is UseDraft => "shared" in line;

/** The question's id in orders. */
export const questionId = (line: LineDraft): string => (isShared(line) ? line.shared.replace("options:", "") : line.id);

/** The document to save. It contains only what the form shows: unknown fields are dropped. */
export function drinkDocument(draft: DrinkDraft, storeId: string): Loose & { id: string } {
  return {
    id: `${prefix}${draft.slug}`,
    kind: "drink",
    storeId,
    name: draft.name,
    description: draft.description,
    ...textsField(draft.texts),
    icon: draft.icon,
    available: draft.available,
    position: whole(draft.position),
    options: draft.options.map((line) => {
      if (!isShared(line)) return { id: line.id, ...groupFields(line) };
      const { shared, default: usual, without } = line;
      return { shared, ...(usual !== "" && { default: usual }), ...(without.length > 0 && { without }) };
    }),
  };
}

/** The form field for a path of the document. Lines are identified by key, so that a message stays with a line that is moved. */
export function drinkField(draft: DrinkDraft, path: string): string | undefined {
  const [first, index, ...within] = steps(path);
  // Ids are derived from names and never shown: their mistakes are shown at the name.
  if (first === "id") return "name";
  if (first !== "options") return typeof first === "string" && first in draft ? first : undefined;
  if (index === undefined) return "options";
  const line = draft.options[Number(index)];
  if (line === undefined) return undefined;
  if (isShared(line)) return `${line.key}.${within[0] === "default" ? "default" : "shared"}`;
  return groupField(line, within);
}

/** A place for a drink in the menu: the position to save, and the previous drink, if there is one. */
export interface Place {
  position: string;
  after: string | undefined;
}

/**
 * The places between the other drinks, in the menu's order. The drink's present place keeps its position. There is no place between two positions
 * without room.
 */
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

/** Moves a line to another index. */
export function move<T>(lines: T[], from: number, to: number): void {
  lines.splice(to, 0, ...lines.splice(from, 1));
}

/** A drink's questions in a line of the table: `Size · Milk`. @param nameOf the name of a shared question, by its document's id */
export function optionsSummary(document: Loose, nameOf: (shared: string) => string): string {
  return list(document.options)
    .map((group) => ("shared" in group ? nameOf(text(group.shared)) : text(group.name)) || text(group.id))
    .filter((name) => name !== "")
    .map(isolated)
    .join(" · ");
}
