import type { Budget } from "./limits.ts";
import type { Value } from "./values.ts";

/** What a function may need beside its arguments. */
export interface Context {
  /** The time of the query in milliseconds. */
  now: number;
  budget: Budget;
}

/** A built-in function: how many arguments it takes (`Infinity` for any number) and what it gives. */
export interface BuiltIn {
  least: number;
  most: number;
  run(args: Value[], context: Context): Value;
}

export const define = (least: number, most: number, run: BuiltIn["run"]): BuiltIn => ({ least, most, run });
