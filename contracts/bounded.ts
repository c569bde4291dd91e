import type { Mistake } from "./mistakes.ts";

/** What a person did wrong, place by place. */
export interface PlacedProblem {
  path: string;
  message: string;
  /** In a document: what kind of mistake it is, what it may be at least or at most, and which fields do not belong there. */
  mistake?: Mistake | undefined;
  limit?: number | undefined;
  names?: string | undefined;
}

/** So many problems are told at most: who sends a thousand unknown fields is not helped by a thousand sentences. */
const mostProblems = 20;
const longestPath = 100;
const longestMessage = 300;

/** Signs that make no text but move the cursor, end a line or turn the direction of what stands beside them. */
const unprintable = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/** A text that may quote what someone sent: cut to `most` UTF-16 units, and without signs that a terminal or screen would obey. */
export function quotable(text: string, most: number): string {
  // Cut twice, so that a text of a megabyte is not looked through.
  const plain = text.slice(0, most + 1).replace(unprintable, "\uFFFD");
  return plain.length <= most ? plain : `${plain.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** Problems as they may be told: few, short, and how many more there were. */
export function fewProblems(problems: PlacedProblem[]): PlacedProblem[] {
  const told = problems.length > mostProblems ? problems.slice(0, mostProblems - 1) : problems;
  const short = told.map(({ path, message, ...more }) => ({
    ...more,
    path: quotable(path, longestPath),
    message: quotable(message, longestMessage),
  }));
  const more = problems.length - told.length;
  return more === 0 ? short : [...short, { path: "", message: `and ${more} more` }];
}

/** A path as people write it: `options[0].name`. */
export function placeOf(steps: readonly PropertyKey[]): string {
  return steps.reduce<string>(
    (path, step) =>
      typeof step === "number" ? `${path}[${step}]` : path === "" ? String(step) : `${path}.${String(step)}`,
    "",
  );
}
