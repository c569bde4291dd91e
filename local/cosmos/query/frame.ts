import type { Context } from "./built-in.ts";
import type { Json, Value } from "./values.ts";

/** The input of a compiled query: the values of its aliases, its parameters, and the aggregates of the current group. */
export interface Frame extends Context {
  slots: Value[];
  parameters: ReadonlyMap<string, Json>;
  aggregates: Value[];
}

export type Evaluate = (frame: Frame) => Value;
