import { compareValues, equalValues, type Json, typeOrder, type Value } from "./values.ts";

type Operator = (a: Json, b: Json) => Value;

const numeric =
  (apply: (a: number, b: number) => number): Operator =>
  (a, b) =>
    typeof a === "number" && typeof b === "number" ? apply(a, b) : undefined;

/** Order is only defined between two values of one primitive type. The result of an operation may be infinite or NaN. */
const ordering =
  (test: (order: number) => boolean): Operator =>
  (a, b) => {
    if (typeOrder(a) !== typeOrder(b) || (typeof a === "object" && a !== null)) return undefined;
    if (a === null || b === null) return test(0);
    return test(a < b ? -1 : a > b ? 1 : compareValues(a, b));
  };

/** The operators whose two operands must be defined. Equality of different types is false, not undefined. */
export const operators: Record<string, Operator> = {
  "=": (a, b) => equalValues(a, b),
  "!=": (a, b) => !equalValues(a, b),
  "<>": (a, b) => !equalValues(a, b),
  "<": ordering((order) => order < 0),
  "<=": ordering((order) => order <= 0),
  ">": ordering((order) => order > 0),
  ">=": ordering((order) => order >= 0),
  "||": (a, b) => (typeof a === "string" && typeof b === "string" ? a + b : undefined),
  "+": numeric((a, b) => a + b),
  "-": numeric((a, b) => a - b),
  "*": numeric((a, b) => a * b),
  "/": numeric((a, b) => a / b),
  "%": numeric((a, b) => a % b),
  "&": numeric((a, b) => a & b),
  "|": numeric((a, b) => a | b),
  "^": numeric((a, b) => a ^ b),
  "<<": numeric((a, b) => a << b),
  ">>": numeric((a, b) => a >> b),
  ">>>": numeric((a, b) => a >>> b),
};
