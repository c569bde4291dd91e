import type { PlacedProblem } from "../../contracts/bounded.ts";
import type { Mistake } from "../../contracts/mistakes.ts";
import { admin as words } from "../lib/strings/admin.ts";
import { t } from "../lib/text.ts";
import { type Loose, list, text } from "./loose.ts";

/** What is wrong in a document, as the server tells it: `options[0].name` and `empty`; or found before it was asked. */
export type DocumentProblem = Omit<PlacedProblem, "message" | "mistake"> & { mistake?: Mistake | "taken" | undefined };

/** Problems by field of a form. Under the empty name stands what belongs to no field. */
export type FieldProblems = Readonly<Record<string, readonly DocumentProblem[]>>;

/** Sorts problems to the fields of a form. `fieldOf` names the field that a path of the document is shown at, or undefined when there is none. */
export function byField(
  problems: readonly DocumentProblem[],
  fieldOf: (path: string) => string | undefined,
): FieldProblems {
  const sorted: Record<string, DocumentProblem[]> = {};
  for (const problem of problems) {
    const field = fieldOf(problem.path) ?? "";
    sorted[field] ??= [];
    sorted[field].push(problem);
  }
  return sorted;
}

/** Without those of a field, which somebody is mending. */
export function without(problems: FieldProblems, field: string): FieldProblems {
  if (!(field in problems)) return problems;
  const { [field]: _mended, ...rest } = problems;
  return rest;
}

/** The sentences for what is wrong with a field, by its label on the screen; what comes to the same is said once. */
export function sentences(problems: readonly DocumentProblem[] | undefined, field: string): string[] {
  return [...new Set((problems ?? []).map((problem) => sentence(problem, field)))];
}

/** What is wrong, in words of ours: the server's are for programs and their makers. A mistake that this page does not know yet is told without its kind. */
function sentence({ path, mistake, limit, names }: DocumentProblem, field: string): string {
  // How a thing of one place must be written is known there.
  if (mistake === "form" && /\.(opens|closes|date)$/.test(path)) return t(words.timeForm, { field });
  if (mistake === "form") return path === "phone" ? words.phoneForm : t(words.idForm, { field });
  const message = mistake !== undefined && Object.hasOwn(words.mistakes, mistake) ? words.mistakes[mistake] : undefined;
  const values = { field, ...(limit !== undefined && { limit, n: limit }), ...(names !== undefined && { names }) };
  return t(message === undefined || lacks(mistake, limit, names) ? words.mistakes.other : message, values);
}

const bounded: readonly unknown[] = ["too-small", "too-big", "too-few", "too-many", "too-long"];
/** Whether the server left out what the sentence tells. */
const lacks = (mistake: unknown, limit: number | undefined, names: string | undefined): boolean =>
  (bounded.includes(mistake) && limit === undefined) ||
  ((mistake === "unknown-field" || mistake === "in-use") && names === undefined);

/** A document by the name that its owner gave it. */
export function nameOf(document: Loose & { id: string }): string {
  if (document.id === "store") return words.settingsTitle;
  return text(document.name) || document.id;
}

/** A place in a document by the names that the forms give it; one that no form has stands as it is written there. */
export function labelOf(document: Loose, path: string): string {
  const [first, index, second, choice, third] = steps(path);
  if (first === undefined) return words.whole;
  const label = (words.fields as Record<string, string>)[first];
  if (first !== "options" || index === undefined) return label ?? path;
  const group = list(document.options)[Number(index)];
  const name = text(group?.name) || t(words.group, { n: Number(index) + 1 });
  if (second === undefined || ["id", "name", "shared", "without"].includes(String(second)))
    return t(words.group, { n: Number(index) + 1 });
  if (second === "choices" && choice !== undefined && [undefined, "id", "name"].includes(third as string | undefined))
    return t(words.partOf, { part: t(words.choice, { n: Number(choice) + 1 }), name });
  const part = { choices: words.choices, choose: words.choose, default: words.default }[String(second)];
  return part === undefined ? path : t(words.partOf, { part, name });
}

/** `options[0].choices[1].name` as `["options", 0, "choices", 1, "name"]`. */
export function steps(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((match) =>
    match[1] === undefined ? match[0] : Number(match[1]),
  );
}
