import { type BuiltIn, define } from "./built-in.ts";
import { readTicks } from "./date-time.ts";
import { isObject, type Value } from "./values.ts";

const isType = (test: (value: Value) => boolean): BuiltIn => define(1, 1, ([value]) => test(value));

export const typeFunctions: Record<string, BuiltIn> = {
  IS_ARRAY: isType((value) => Array.isArray(value)),
  IS_BOOL: isType((value) => typeof value === "boolean"),
  IS_DATETIME: isType((value) => readTicks(value) !== undefined),
  IS_DEFINED: isType((value) => value !== undefined),
  IS_FINITE_NUMBER: isType((value) => Number.isFinite(value)),
  // 64 bits.
  IS_INTEGER: isType((value) => Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 63),
  IS_NULL: isType((value) => value === null),
  IS_NUMBER: isType((value) => typeof value === "number"),
  IS_OBJECT: isType((value) => isObject(value)),
  IS_PRIMITIVE: isType((value) => value === null || ["boolean", "number", "string"].includes(typeof value)),
  IS_STRING: isType((value) => typeof value === "string"),
};
