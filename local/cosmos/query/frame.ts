import type { Context } from "./built-in.ts";
import type { Json, Value } from "./values.ts";

/** What a compiled query runs on: the values of its aliases, its parameters, and the aggregates of the group at hand. */
export interface Frame extends Context {
  slots: Value[];
  parameters: ReadonlyMap<string, Json>;
  aggregates: Value[];
}

export type Evaluate = (frame: Frame) => Value;
