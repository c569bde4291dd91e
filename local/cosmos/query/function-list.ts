import { itemNumber } from "../rids.ts";
import type { Call } from "./ast.ts";
import { type BuiltIn, define } from "./built-in.ts";
import { arrayFunctions } from "./functions-array.ts";
import { dateFunctions } from "./functions-date.ts";
import { mathFunctions } from "./functions-math.ts";
import { stringFunctions } from "./functions-string.ts";
import { typeFunctions } from "./functions-type.ts";
import { notEmulated, type Problem } from "./query-error.ts";
import { isObject } from "./values.ts";

/** The number of arguments of a function. */
interface Arity {
  least: number;
  most: number;
}

/** A chapter of the public reference: the functions that exist here, and those that are rejected by name. */
export interface FunctionGroup {
  title: string;
  here: Record<string, BuiltIn | Arity>;
  missing: Record<string, Arity>;
}

const takes = (least: number, most = least): Arity => ({ least, most });
const any = Number.POSITIVE_INFINITY;

const itemFunctions: Record<string, BuiltIn> = {
  DOCUMENTID: define(1, 1, ([item]) =>
    isObject(item) && typeof item._rid === "string" ? itemNumber(item._rid) : undefined,
  ),
};

/** All functions of the public reference of the query language, by chapter; names are in upper case. */
export const functionGroups: FunctionGroup[] = [
  {
    title: "Aggregates",
    here: Object.fromEntries(
      ["AVG", "COUNT", "COUNTIF", "MAKELIST", "MAKESET", "MAX", "MIN", "SUM"].map((name) => [name, takes(1)]),
    ),
    missing: {},
  },
  { title: "Arrays and sets", here: arrayFunctions, missing: {} },
  {
    title: "Conditional",
    here: { IIF: define(3, 3, ([test, yes, no]) => (test === true ? yes : no)) },
    missing: {},
  },
  { title: "Date and time", here: dateFunctions, missing: { DATETIMEFORMAT: takes(2) } },
  {
    title: "Full text and vectors",
    here: {},
    missing: {
      FULLTEXTCONTAINS: takes(2),
      FULLTEXTCONTAINSALL: takes(2, any),
      FULLTEXTCONTAINSANY: takes(2, any),
      FULLTEXTSCORE: takes(2, any),
      RRF: takes(2, any),
      VECTORDISTANCE: takes(2, 4),
    },
  },
  { title: "Items", here: itemFunctions, missing: {} },
  { title: "Mathematics", here: mathFunctions, missing: {} },
  {
    title: "Spatial",
    here: {},
    missing: {
      ST_AREA: takes(1),
      ST_DISTANCE: takes(2),
      ST_INTERSECTS: takes(2),
      ST_ISVALID: takes(1),
      ST_ISVALIDDETAILED: takes(1),
      ST_WITHIN: takes(2),
    },
  },
  { title: "Strings", here: stringFunctions, missing: {} },
  { title: "Types", here: typeFunctions, missing: {} },
];

const here = new Map(functionGroups.flatMap((group) => Object.entries(group.here)));
const missing = new Map(functionGroups.flatMap((group) => Object.entries(group.missing)));

/** The function with a name in upper case; `undefined` if it is an aggregate or does not exist here. */
export function builtIn(name: string): BuiltIn | undefined {
  const found = here.get(name);
  return found !== undefined && "run" in found ? found : undefined;
}

/** The error of a call; `here` if the service would run it and this server does not. */
export function functionProblem(call: Call): { problem: Problem; here: boolean } | undefined {
  const { name, written, start, end } = call;
  const place = { start, end: start + written.length };
  if (name.includes(".")) {
    return { problem: notEmulated(`The user-defined function '${written}'`, place), here: true };
  }
  const arity = here.get(name) ?? missing.get(name);
  if (arity === undefined) {
    const message = `'${written}' is not a recognized built-in function name.`;
    return { problem: { code: "SC2005", message, place }, here: false };
  }
  const { least, most } = arity;
  if (call.arguments.length < least || call.arguments.length > most) {
    const range = least === most ? `${least}` : most === any ? `at least ${least}` : `${least} to ${most}`;
    const message = `The ${written} function requires ${range} argument(s).`;
    return { problem: { code: "SC2050", message, place: { start, end } }, here: false };
  }
  return missing.has(name) ? { problem: notEmulated(`The function '${written}'`, place), here: true } : undefined;
}
