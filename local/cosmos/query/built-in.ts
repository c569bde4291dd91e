import type { Parts } from "../../kernel/parts.ts";
import type { Budget } from "./limits.ts";
import type { Value } from "./values.ts";

/** What a query takes from its surroundings. */
export interface Ambient {
  /** The time of the query in milliseconds. */
  now: number;
  /** A number from 0 (inclusive) to 1 (exclusive), another one each time. */
  random(): number;
}

/** What a function may need beside its arguments. */
export interface Context extends Ambient {
  budget: Budget;
}

/** A built-in function: how many arguments it takes (`Infinity` for any number) and what it gives. */
export interface BuiltIn {
  least: number;
  most: number;
  run(args: Value[], context: Context): Value;
}

/** A function that takes from `least` to `most` arguments. */
export const define = (least: number, most: number, run: BuiltIn["run"]): BuiltIn => ({ least, most, run });

/** The surroundings of a query that runs now. */
export const ambientOf = ({ clock, ids }: Pick<Parts, "clock" | "ids">): Ambient => ({
  now: clock.now(),
  random: () => ids.random(),
});
