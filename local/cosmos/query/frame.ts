import type { Json, Value } from "./values.ts";

/** What a compiled query runs on: the values of its aliases, its parameters, and the aggregates of the group at hand. */
export interface Frame {
  slots: Value[];
  parameters: ReadonlyMap<string, Json>;
  aggregates: Value[];
  /** The time of the query in milliseconds. */
  now: number;
}

export type Evaluate = (frame: Frame) => Value;
