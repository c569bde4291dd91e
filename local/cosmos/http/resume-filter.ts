import { badRequest } from "../errors.ts";
import { refuseUnknown } from "../not-emulated.ts";
import type { ResumePoint } from "../query/execute.ts";
import { isObject, type Json, type Value } from "../query/values.ts";
import { itemNumber } from "../rids.ts";

/**
 * Where the .NET client resumes an ORDER BY in a range: the values of the last row (`[]` for undefined). With `exclude`, only what
 * follows them; with `rid`, nothing with the same values that came before that item.
 * @throws a 400 if it does not match the query, and for arrays and objects, which the client sends as hashes.
 */
export function readResumeFilter(given: Json | undefined, columns: number): ResumePoint | undefined {
  if (given === undefined || given === null) return undefined;
  if (!isObject(given) || !Array.isArray(given.value) || given.value.length !== columns) {
    throw badRequest(
      `A resumeFilter must have a value for each of the ${columns} ORDER BY items: {"value": [1], "rid": "…"}.`,
    );
  }
  refuseUnknown(given, ["value", "rid", "exclude"], "The resumeFilter");
  const rid = given.rid ?? undefined;
  const number = typeof rid === "string" ? itemNumber(rid) : undefined;
  if (rid !== undefined && number === undefined) throw badRequest(`${JSON.stringify(rid)} is not the rid of an item.`);
  return { keys: given.value.map(resumeValue), number, exclude: given.exclude === true };
}

function resumeValue(given: Json): Value {
  if (Array.isArray(given) && given.length === 0) return undefined;
  if (typeof given !== "object" || given === null) return given;
  throw badRequest("Resuming after rows that are ordered by arrays or objects is not emulated here (resumeFilter).");
}
