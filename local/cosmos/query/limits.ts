import { badRequest } from "../errors.ts";
import type { Json } from "./values.ts";

/** The documented limits of one query. */
export const maxTextLength = 512 * 1024;
export const maxJoins = 10;
export const maxLogicalOperands = 2000;
export const maxInValues = 6000;
/** How deep an item may be nested; a parameter may not be deeper either. */
export const maxValueDepth = 128;

/** Ours: how deep parentheses, operators and subqueries may stand in each other, far below what ends the stack. */
export const maxQueryDepth = 200;

/**
 * Ours: how many steps (rows of joins gone through, characters compared with a pattern) the answer to one request may
 * take. The service would charge for them, split them over pages and end in a time-out; here the only thread would stand.
 */
const maxSteps = 20_000_000;

/** Counts what a request costs. @throws a 400 once it is more than this server does for one request. */
export class Budget {
  #left = maxSteps;

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) {
      throw badRequest(
        `The query takes more than ${maxSteps} steps for one page (rows of joins, characters compared with patterns); this is more than is emulated here. Filter earlier, or join fewer arrays.`,
      );
    }
  }
}

/** Whether no array or object of the value stands deeper than an item's may. */
export function isShallow(value: Json, left = maxValueDepth): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (left === 0) return false;
  return (Array.isArray(value) ? value : Object.values(value)).every((each) => isShallow(each, left - 1));
}
