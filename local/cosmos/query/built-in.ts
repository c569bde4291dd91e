import type { Parts } from "../../kernel/parts.ts";
import type { Budget } from "./limits.ts";
import type { Value } from "./values.ts";

/** The environment of a query. */
export interface Ambient {
  /** The time of the query in milliseconds. */
  now: number;
  /** A random number from 0 (inclusive) to 1 (exclusive), a new one for each call. */
  random(): number;
}

/** What a function may need besides its arguments. */
export interface Context extends Ambient {
  budget: Budget;
}

/** A built-in function: its number of arguments (`Infinity` for any number) and its implementation. */
export interface BuiltIn {
  least: number;
  most: number;
  run(args: Value[], context: Context): Value;
}

/** A function that takes from `least` to `most` arguments. */
export const define = (least: number, most: number, run: BuiltIn["run"]): BuiltIn => ({ least, most, run });

/** The environment of a query that runs now. */
export const ambientOf = ({ clock, ids }: Pick<Parts, "clock" | "ids">): Ambient => ({
  now: clock.now(),
  random: () => ids.random(),
});
