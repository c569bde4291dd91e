import type * as z from "zod";
import { fewProblems, type PlacedProblem } from "../../contracts/bounded.ts";
import { problemsOf } from "../../contracts/events.ts";
import { Refusal } from "./refusal.ts";

/** The schema of a route's query parameters; each value is a string. */
export type QuerySchema = z.ZodObject;

/**
 * Checks the query string of a URL. A parameter that the route does not know is refused by name: if it were ignored, the caller would believe that it
 * had an effect. A parameter that occurs twice is refused too.
 * @throws Refusal `bad-request` that says which parameters there are
 */
export function readQuery(query: URLSearchParams, schema: QuerySchema | undefined): Record<string, unknown> {
  const known = Object.keys(schema?.shape ?? {});
  const problems: PlacedProblem[] = [];
  const hint = `it has ${known.join(", ") || "none"}`;
  for (const name of new Set(query.keys())) {
    if (!known.includes(name)) problems.push({ path: name, message: `is not a parameter of this address; ${hint}` });
    else if (query.getAll(name).length > 1) problems.push({ path: name, message: "occurs more than once" });
  }
  const parsed = problems.length === 0 ? schema?.safeParse(Object.fromEntries(query)) : undefined;
  if (parsed?.error) problems.push(...problemsOf(parsed.error));
  if (problems.length === 0) return parsed?.data ?? {};
  const errors = fewProblems(problems);
  throw new Refusal("bad-request", errors.map(({ path, message }) => `${path} ${message}`.trim()).join("; "), {
    errors,
  });
}
