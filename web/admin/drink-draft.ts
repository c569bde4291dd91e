import { isolated } from "../lib/text.ts";
import { type GroupDraft, groupDraft, groupField, groupFields } from "./group-draft.ts";
import { flag, type Loose, list, text, whole } from "./loose.ts";
import { steps } from "./problems.ts";
import { type TextsDraft, textsDraft, textsField } from "./texts-draft.ts";

/** A drink while it is edited: what stands in the fields of the form. `key` tells lines apart while they move. */
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
/** A question of the drink's own, or one that it shares. */
export type LineDraft = GroupDraft | UseDraft;
/** A shared question, as this drink has it. */
export interface UseDraft {
  key: string;
  /** Id of the shared group's document. */
  shared: string;
  /** Id of the choice that this drink takes in place of the group's default; empty for the group's. */
  default: string;
  /** Ids of the choices that it does not offer. */
  without: string[];
}

const prefix = "drink:";
/** What of a drink is said in other languages. */
const told = ["name", "description"];

/** What a new drink begins with, at this position of the menu. */
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

/** The same document makes the same draft each time, keys too, so that two drafts can be compared. */
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

/** The id by which orders name a question. */
export const questionId = (line: LineDraft): string => (isShared(line) ? line.shared.replace("options:", "") : line.id);

/** The document to save. Only what the form shows is in it: a field that does not belong there is gone with that. */
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

/** The field at which a path of the document is shown: lines by key, so that a message stays with a line that is moved. */
export function drinkField(draft: DrinkDraft, path: string): string | undefined {
  const [first, index, ...within] = steps(path);
  // Ids are made of names and never shown: what is wrong with one stands at its name.
  if (first === "id") return "name";
  if (first !== "options") return typeof first === "string" && first in draft ? first : undefined;
  if (index === undefined) return "options";
  const line = draft.options[Number(index)];
  if (line === undefined) return undefined;
  if (isShared(line)) return `${line.key}.${within[0] === "default" ? "default" : "shared"}`;
  return groupField(line, within);
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

/** Takes a line out of its place and puts it into another. */
export function move<T>(lines: T[], from: number, to: number): void {
  lines.splice(to, 0, ...lines.splice(from, 1));
}

/** A drink's questions in a line of the table: `Size · Milk`. @param nameOf the name of a shared one, by the id of its document */
export function optionsSummary(document: Loose, nameOf: (shared: string) => string): string {
  return list(document.options)
    .map((group) => ("shared" in group ? nameOf(text(group.shared)) : text(group.name)) || text(group.id))
    .filter((name) => name !== "")
    .map(isolated)
    .join(" · ");
}
