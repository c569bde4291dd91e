import type { Value } from "./values.ts";

/** A built-in function: how many arguments it takes and what it gives; `now` is the time of the query in ms. */
export interface BuiltIn {
  least: number;
  most: number;
  run(args: Value[], now: number): Value;
}

export const define = (least: number, most: number, run: BuiltIn["run"]): BuiltIn => ({ least, most, run });
