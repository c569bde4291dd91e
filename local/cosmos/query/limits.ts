import { badRequest } from "../errors.ts";
import type { Json, Value } from "./values.ts";

/** The documented limits of one query. */
export const maxTextLength = 512 * 1024;
export const maxJoins = 10;
export const maxLogicalOperands = 2000;
export const maxInValues = 6000;
/** The maximum nesting depth of an item, and of a parameter. */
export const maxValueDepth = 128;

/** Our own limit: the nesting depth of parentheses, operators and subqueries, far below a stack overflow. */
export const maxQueryDepth = 200;

/**
 * Our own limit: the number of steps (joined rows, characters compared with a pattern, parts of values created) for one
 * request. The service would charge for them, split them into pages and finally time out; here they would block the only
 * thread.
 */
const maxSteps = 20_000_000;

/** Our own limit: the weight of a value that a query creates. An item has 2 MB at most, and a response about 4 MB. */
const maxWeight = 500_000;

/** Counts the steps of a request. @throws a 400 once there are too many for one request. */
export class Budget {
  #left = maxSteps;

  /** Counts steps. @throws a 400 once there are too many for one page */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) {
      throw badRequest(
        `The query takes more than ${maxSteps} steps for one page (rows of joins, characters compared with patterns, parts of values made); this is more than is emulated here. Filter earlier, or join fewer arrays.`,
      );
    }
  }
}

/** The weights of larger values, so that a value with many references to another one is weighed quickly. */
const weights = new WeakMap<object, number>();

/**
 * The number of parts of a value when serialized, where eight characters of a text count as one; negative for a value with a number that JSON cannot
 * express.
 */
function weightOf(value: Value): number {
  if (typeof value === "number") return Number.isFinite(value) ? 1 : -1;
  if (typeof value === "string") return 1 + (value.length >> 3);
  if (typeof value !== "object" || value === null) return 1;
  const known = weights.get(value);
  if (known !== undefined) return known;
  let total = 1;
  let writable = true;
  const weigh = (part: Value) => {
    const its = weightOf(part);
    total += Math.abs(its);
    writable &&= its > 0;
  };
  if (Array.isArray(value)) for (const item of value) weigh(item);
  else {
    for (const name of Object.keys(value)) {
      total++;
      weigh(value[name]);
    }
  }
  const weight = writable ? total : -total;
  if (total > 64) weights.set(value, weight);
  return weight;
}

/** The weight of a value to be serialized. @throws a 400 for a number that is infinite or NaN, which JSON cannot express */
export function writtenWeight(value: Value): number {
  const weight = weightOf(value);
  if (weight > 0) return weight;
  throw badRequest(
    "A result has a number that is infinite or NaN (from a division by 0, LOG(0), SQRT(-1) and the like), which JSON cannot represent. How the service writes it is not documented, so it is not emulated here. Leave it out: IIF(IS_FINITE_NUMBER(x), x, undefined).",
  );
}

/** Returns the value if it is within the limit. @throws a 400 if it is too large. */
export function bounded<T extends Value>(value: T): T {
  if (Math.abs(weightOf(value)) <= maxWeight) return value;
  throw badRequest("The query creates a value of more than about 4 MB; this is more than is emulated here.");
}

/** Whether the value is nested no deeper than an item may be. */
export function isShallow(value: Json, left = maxValueDepth): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (left === 0) return false;
  return (Array.isArray(value) ? value : Object.values(value)).every((each) => isShallow(each, left - 1));
}
