import { badRequest } from "../errors.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
/** A value of the query language: JSON, or undefined if a property is absent or an operation is not defined. */
export type Value = Json | undefined;

/** Whether a value is a JSON object: neither `null` nor a list. */
export const isObject = (value: unknown): value is { [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a value is a number without a fraction, regardless of its size. */
export const isInteger = (value: unknown): value is number => Number.isInteger(value);

/** The rank of a value's type when values of different types are sorted. */
export function typeOrder(value: Value): number {
  switch (typeof value) {
    case "undefined":
      return 0;
    case "boolean":
      return 2;
    case "number":
      return 3;
    case "string":
      return 4;
    default:
      return value === null ? 1 : Array.isArray(value) ? 5 : 6;
  }
}

/** A total order over all values, for ORDER BY, MIN and MAX. */
export function compareValues(a: Value, b: Value): number {
  const order = typeOrder(a) - typeOrder(b);
  if (order !== 0) return order;
  if (a === undefined || b === undefined || a === null || b === null) return 0;
  if (typeof a === "object" || typeof b === "object") {
    const left = canonical(a);
    const right = canonical(b);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (Number.isNaN(a) || Number.isNaN(b)) throw notComparable();
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The result of a comparison with NaN is not documented. The service counts NaN as a number (`IS_FINITE_NUMBER(SQRT(-1.0))` of its reference), and
 * .NET and JavaScript differ.
 */
const notComparable = () =>
  badRequest(
    "The query compares NaN, the result of 0 / 0, SQRT(-1) and the like. What that gives is not documented, so it is not emulated here. Exclude NaN first, with IS_FINITE_NUMBER.",
  );

/** Deep equality; values of different types are not equal. Both must be defined. @throws a 400 for NaN and another number */
export function equalValues(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a === "number" && typeof b === "number" && (Number.isNaN(a) || Number.isNaN(b))) throw notComparable();
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => equalValues(item, b[index] ?? null));
  }
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && equalValues(a[name] ?? null, b[name] ?? null));
}

/** A text that is equal for equal values, regardless of the order of their properties. @throws a 400 for NaN */
export function canonical(value: Value): string {
  if (value === undefined) return "undefined";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  if (typeof value !== "number" || Number.isFinite(value)) return JSON.stringify(value);
  if (Number.isNaN(value)) throw notComparable();
  return String(value);
}

/** `object[key]`: undefined unless the object has that property or the array that index. */
export function member(object: Value, key: Value): Value {
  if (typeof object !== "object" || object === null) return undefined;
  if (Array.isArray(object)) return typeof key === "number" ? object[key] : undefined;
  return typeof key === "string" && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The value at a path. */
export function valueIn(value: Value, path: readonly (string | number)[]): Value {
  let found = value;
  for (const name of path) found = member(found, name);
  return found;
}

/** Sets a property of an object, with any name; an undefined value is left out. */
export function put(object: { [name: string]: Json }, name: string, value: Value): void {
  if (value === undefined) return;
  if (name !== "__proto__") object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
