import { type BuiltIn, define } from "./built-in.ts";
import { canonical, compareValues, equalValues, isInteger, isObject, type Json, member, type Value } from "./values.ts";

/** A position, which counts from the end if negative, as in ARRAY_SLICE. */
const position = (at: number, length: number): number => (at < 0 ? Math.max(length + at, 0) : at);

/**
 * The edge cases of this function and of ARRAY_SLICE follow `BuiltinFunctionEvaluator.cs`, the engine that the .NET SDK's tests compare with the
 * service.
 */
function contains(list: Value, wanted: Value, partial: Value): Value {
  if (!Array.isArray(list) || wanted === undefined) return undefined;
  if (partial !== undefined && typeof partial !== "boolean") return undefined;
  if (partial !== true || !isObject(wanted)) return list.some((item) => equalValues(item, wanted));
  return list.some(
    (item) =>
      isObject(item) &&
      Object.entries(wanted).every(([name, value]) => {
        const found = member(item, name);
        return found !== undefined && equalValues(found, value);
      }),
  );
}

function setOf(a: Value, b: Value, keep: (inA: boolean, inB: boolean) => boolean): Json[] | undefined {
  if (!Array.isArray(a) || !Array.isArray(b)) return undefined;
  const left = new Set(a.map(canonical));
  const right = new Set(b.map(canonical));
  const seen = new Set<string>();
  return [...a, ...b].filter((item) => {
    const key = canonical(item);
    if (seen.has(key) || !keep(left.has(key), right.has(key))) return false;
    seen.add(key);
    return true;
  });
}

/** A function of an array of numbers; an item that is not a number makes the result undefined. */
const ofNumbers = (run: (numbers: number[]) => number | undefined): BuiltIn =>
  define(1, 1, ([list]) => {
    if (!Array.isArray(list) || !list.every((item) => typeof item === "number")) return undefined;
    return run(list);
  });

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

function median(numbers: number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

/** The minimum or maximum item; an array or object among the items makes it undefined. */
const extreme = (sign: number): BuiltIn =>
  define(1, 1, ([list]) => {
    if (!Array.isArray(list) || list.some((item) => typeof item === "object" && item !== null)) return undefined;
    return list.reduce<Value>(
      (best, item) => (best === undefined || compareValues(item, best) * sign > 0 ? item : best),
      undefined,
    );
  });

export const arrayFunctions: Record<string, BuiltIn> = {
  ARRAY_AVG: ofNumbers((numbers) => (numbers.length === 0 ? undefined : sum(numbers) / numbers.length)),
  ARRAY_CONCAT: define(2, Number.POSITIVE_INFINITY, (args) =>
    args.every((argument) => Array.isArray(argument)) ? (args as Json[][]).flat() : undefined,
  ),
  ARRAY_CONTAINS: define(2, 3, ([list, wanted, partial]) => contains(list, wanted, partial)),
  ARRAY_CONTAINS_ALL: define(2, Number.POSITIVE_INFINITY, ([list, ...wanted]) =>
    Array.isArray(list) ? wanted.every((item) => contains(list, item, false) === true) : undefined,
  ),
  ARRAY_CONTAINS_ANY: define(2, Number.POSITIVE_INFINITY, ([list, ...wanted]) =>
    Array.isArray(list) ? wanted.some((item) => contains(list, item, false) === true) : undefined,
  ),
  ARRAY_LENGTH: define(1, 1, ([list]) => (Array.isArray(list) ? list.length : undefined)),
  ARRAY_MAX: extreme(1),
  ARRAY_MEDIAN: ofNumbers(median),
  ARRAY_MIN: extreme(-1),
  ARRAY_SLICE: define(2, 3, (args) => {
    const [list, start, length] = args.length === 2 ? [...args, Number.MAX_SAFE_INTEGER] : args;
    if (!Array.isArray(list) || !isInteger(start) || !isInteger(length)) return undefined;
    const from = position(start, list.length);
    return list.slice(from, from + Math.max(length, 0));
  }),
  ARRAY_SUM: ofNumbers(sum),
  CHOOSE: define(2, Number.POSITIVE_INFINITY, ([index, ...values]) =>
    typeof index === "number" ? values[index - 1] : undefined,
  ),
  OBJECTTOARRAY: define(1, 3, (args) => {
    const [object, key = "k", value = "v"] = args;
    if (!isObject(object) || typeof key !== "string" || typeof value !== "string") return undefined;
    if (args.slice(1).includes(undefined)) return undefined;
    return Object.entries(object).map(([name, held]) => ({ [key]: name, [value]: held }));
  }),
  SETDIFFERENCE: define(2, 2, ([a, b]) => setOf(a, b, (inA, inB) => inA && !inB)),
  SETEQUAL: define(2, 2, ([a, b]) => {
    const odd = setOf(a, b, (inA, inB) => inA !== inB);
    return odd === undefined ? undefined : odd.length === 0;
  }),
  // In the order of the second array.
  SETINTERSECT: define(2, 2, ([a, b]) => setOf(b, a, (inB, inA) => inA && inB)),
  SETUNION: define(2, 2, ([a, b]) => setOf(a, b, () => true)),
};
