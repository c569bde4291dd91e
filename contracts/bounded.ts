import type { Mistake } from "./mistakes.ts";

/** One mistake in what a person sent, with its place. */
export interface PlacedProblem {
  path: string;
  message: string;
  /** Only for documents: the kind of mistake, the minimum or maximum that is allowed, and the names of unknown fields or of documents that use this one. */
  mistake?: Mistake | undefined;
  limit?: number | undefined;
  names?: string | undefined;
}

/** The most problems that an answer lists. A thousand sentences do not help a caller who sent a thousand unknown fields. */
const mostProblems = 20;
const longestPath = 100;
const longestMessage = 300;

/** Control characters: they show no text, but move the cursor, end a line or change the direction of the text beside them. */
const unprintable = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/** A text that may quote the caller's input: cut to `most` UTF-16 units, and without control characters, which a terminal or screen would obey. */
export function quotable(text: string, most: number): string {
  // Cut before and after the replacement, so that a text of a megabyte is not scanned as a whole.
  const plain = text.slice(0, most + 1).replace(unprintable, "\uFFFD");
  return plain.length <= most ? plain : `${plain.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** Limits the number and the length of the problems in an answer, and says how many more there were. */
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
