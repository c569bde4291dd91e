import type * as z from "zod";
import { fewProblems, type PlacedProblem, placeOf, quotable } from "../../contracts/bounded.ts";

/** All problems of a document. Parse with `reportInput`, so that a missing value can be distinguished from one of a wrong type. */
export function documentProblems(error: z.ZodError): PlacedProblem[] {
  return fewProblems(problemsFrom(error.issues));
}

/** The problems for some issues. @param at the path at which the issues were found */
export function problemsFrom(issues: readonly z.core.$ZodIssue[], at: PropertyKey[] = []): PlacedProblem[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    const meant = issue.code === "invalid_union" ? closest(issue.errors) : undefined;
    if (meant) return problemsFrom(meant, path);
    return [{ path: placeOf(path), message: issue.message, ...mistakeOf(issue) }];
  });
}

/** For a union: the issues of the variant that was most likely meant, which is the first one with the fewest unknown fields. */
function closest(forms: z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const unknown = (issues: z.core.$ZodIssue[]) =>
    issues.reduce(
      (sum, issue) => sum + (issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys.length : 0),
      0,
    );
  return forms.reduce<z.core.$ZodIssue[] | undefined>(
    (best, form) => (best !== undefined && unknown(best) <= unknown(form) ? best : form),
    undefined,
  );
}

type Told = Pick<PlacedProblem, "mistake" | "limit" | "names">;

function mistakeOf(issue: z.core.$ZodIssue): Told {
  switch (issue.code) {
    case "invalid_type":
      if ("input" in issue && issue.input === undefined) return { mistake: "missing" };
      return { mistake: issue.expected === "int" || issue.expected === "number" ? "not-whole" : "other-type" };
    case "too_small":
      return { mistake: issue.origin === "array" ? "too-few" : "too-small", limit: Number(issue.minimum) };
    case "too_big":
      return { mistake: issue.origin === "array" ? "too-many" : "too-big", limit: Number(issue.maximum) };
    case "invalid_format":
      return { mistake: "form" };
    case "invalid_value":
    case "invalid_union":
      return { mistake: "not-offered" };
    case "unrecognized_keys":
      return { mistake: "unknown-field", names: quotable(issue.keys.join(", "), 100) };
    case "custom":
      // Our own rules pass the details in `params`.
      return (issue.params ?? {}) as Told;
    default:
      return {};
  }
}
