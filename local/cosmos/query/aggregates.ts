import { canonical, compareValues, type Json, type Value } from "./values.ts";

/** Accumulates the values of one aggregate call over the rows of one group; undefined values do not count. */
export interface Aggregator {
  add(value: Value): void;
  result(): Value;
}

/** An aggregator for `name` (COUNT, COUNTIF, SUM, AVG, MIN, MAX, MAKELIST or MAKESET). */
export function aggregator(name: string): Aggregator {
  switch (name) {
    case "COUNT":
      return counter((value) => value !== undefined);
    case "COUNTIF":
      return counter((value) => value === true);
    case "MAKELIST":
      return list(false);
    case "MAKESET":
      return list(true);
    case "SUM":
      return total((sum) => sum);
    case "AVG":
      return total((sum, count) => (count === 0 ? undefined : sum / count));
    default:
      return extreme(name === "MIN" ? -1 : 1);
  }
}

/** All values, or each value once. */
function list(once: boolean): Aggregator {
  const items: Json[] = [];
  const seen = new Set<string>();
  return {
    add: (value) => {
      if (value === undefined || (once && seen.has(canonical(value)))) return;
      if (once) seen.add(canonical(value));
      items.push(value);
    },
    result: () => items,
  };
}

function counter(counts: (value: Value) => boolean): Aggregator {
  let count = 0;
  return {
    add: (value) => {
      if (counts(value)) count++;
    },
    result: () => count,
  };
}

/** A single value that is not a number makes a sum or an average undefined. */
function total(finish: (sum: number, count: number) => Value): Aggregator {
  let sum = 0;
  let count = 0;
  let numeric = true;
  return {
    add: (value) => {
      if (value === undefined) return;
      if (typeof value !== "number") numeric = false;
      else sum += value;
      count++;
    },
    result: () => (numeric ? finish(sum, count) : undefined),
  };
}

/** The minimum or maximum of primitive values, in the order of types; an array or object makes it undefined. */
function extreme(sign: number): Aggregator {
  let best: Value;
  let comparable = true;
  return {
    add: (value) => {
      if (value === undefined) return;
      if (typeof value === "object" && value !== null) comparable = false;
      else if (best === undefined || compareValues(value, best) * sign > 0) best = value;
    },
    result: () => (comparable ? best : undefined),
  };
}
