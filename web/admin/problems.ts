import type { PlacedProblem } from "../../contracts/bounded.ts";
import type { Mistake } from "../../contracts/mistakes.ts";
import { admin as words } from "../lib/strings/admin.ts";
import { t } from "../lib/text.ts";
import { type Loose, list, text } from "./loose.ts";

/** A mistake in a document, as the server reports it: `options[0].name` and `empty`; or as found before the request. */
export type DocumentProblem = Omit<PlacedProblem, "message" | "mistake"> & { mistake?: Mistake | "taken" | undefined };

/** Problems by form field. Those that belong to no field have the empty name. */
export type FieldProblems = Readonly<Record<string, readonly DocumentProblem[]>>;

/** Groups problems by form field. `fieldOf` returns the field for a path of the document, or undefined if there is none. */
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

/** Without the problems of a field, which the user is editing. */
export function without(problems: FieldProblems, field: string): FieldProblems {
  if (!(field in problems)) return problems;
  const { [field]: _mended, ...rest } = problems;
  return rest;
}

/** The messages about a field, with its visible label; identical ones are shown once. */
export function sentences(problems: readonly DocumentProblem[] | undefined, field: string): string[] {
  return [...new Set((problems ?? []).map((problem) => sentence(problem, field)))];
}

/** A problem in our own words: the server's texts are for programs and developers. An unknown kind of mistake is reported without its kind. */
function sentence({ path, mistake, limit, names }: DocumentProblem, field: string): string {
  // The format depends on the field.
  if (mistake === "form" && /\.(opens|closes|date)$/.test(path)) return t(words.timeForm, { field });
  if (mistake === "form") return path === "phone" ? words.phoneForm : t(words.idForm, { field });
  const message = mistake !== undefined && Object.hasOwn(words.mistakes, mistake) ? words.mistakes[mistake] : undefined;
  const values = { field, ...(limit !== undefined && { limit, n: limit }), ...(names !== undefined && { names }) };
  return t(message === undefined || lacks(mistake, limit, names) ? words.mistakes.other : message, values);
}

const bounded: readonly unknown[] = ["too-small", "too-big", "too-few", "too-many", "too-long"];
/** Whether the server omitted a value that the message needs. */
const lacks = (mistake: unknown, limit: number | undefined, names: string | undefined): boolean =>
  (bounded.includes(mistake) && limit === undefined) ||
  ((mistake === "unknown-field" || mistake === "in-use") && names === undefined);

/** A document's name, as its owner gave it. */
export function nameOf(document: Loose & { id: string }): string {
  if (document.id === "store") return words.settingsTitle;
  return text(document.name) || document.id;
}

/** The label of a path in a document, as in the forms; a path without a form field stays as it is. */
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
