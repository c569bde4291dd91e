import { type BuiltIn, define } from "./built-in.ts";
import { dateFunctions } from "./functions-date.ts";
import { canonical, equalValues, finite, isObject, type Json, member, type Value } from "./values.ts";

/** A function of strings only: anything else makes it undefined. A last Boolean argument asks to ignore case. */
const ofTwoStrings = (test: (text: string, part: string) => Value): BuiltIn =>
  define(2, 3, ([text, part, ignoreCase]) => {
    if (typeof text !== "string" || typeof part !== "string") return undefined;
    if (ignoreCase !== true) return test(text, part);
    return test(text.toLowerCase(), part.toLowerCase());
  });
const ofString = (run: (text: string) => Value): BuiltIn =>
  define(1, 1, ([text]) => (typeof text === "string" ? run(text) : undefined));
const ofNumber = (run: (number: number) => number): BuiltIn =>
  define(1, 1, ([number]) => (typeof number === "number" ? finite(run(number)) : undefined));
const ofTwoNumbers = (run: (a: number, b: number) => number): BuiltIn =>
  define(2, 2, ([a, b]) => (typeof a === "number" && typeof b === "number" ? finite(run(a, b)) : undefined));
const isType = (test: (value: Value) => boolean): BuiltIn => define(1, 1, ([value]) => test(value));

/** A position counted from the end when negative, as ARRAY_SLICE has it. */
const position = (at: number, length: number): number => (at < 0 ? Math.max(length + at, 0) : at);

/** Half away from zero: 2.5 becomes 3 and -2.5 becomes -3. */
const round = (number: number): number => Math.sign(number) * Math.round(Math.abs(number));

function contains(list: Value, wanted: Value, partial: Value): Value {
  if (!Array.isArray(list) || wanted === undefined) return Array.isArray(list) ? undefined : false;
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

function text(value: Value): Value {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function parsed(source: string, accept: (value: Json) => boolean): Value {
  try {
    const value = JSON.parse(source) as Json;
    return accept(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function setOf(a: Value, b: Value, keep: (item: Json, inA: boolean, inB: boolean) => boolean): Value {
  if (!Array.isArray(a) || !Array.isArray(b)) return undefined;
  const left = new Set(a.map(canonical));
  const right = new Set(b.map(canonical));
  const seen = new Set<string>();
  return [...a, ...b].filter((item) => {
    const key = canonical(item);
    if (seen.has(key) || !keep(item, left.has(key), right.has(key))) return false;
    seen.add(key);
    return true;
  });
}

/** The built-in functions by upper-case name; a name that is not here is refused when a query is parsed. */
export const builtIns: Record<string, BuiltIn> = {
  ...dateFunctions,
  IS_DEFINED: isType((value) => value !== undefined),
  IS_NULL: isType((value) => value === null),
  IS_STRING: isType((value) => typeof value === "string"),
  IS_NUMBER: isType((value) => typeof value === "number"),
  IS_INTEGER: isType((value) => Number.isSafeInteger(value)),
  IS_FINITE_NUMBER: isType((value) => typeof value === "number"),
  IS_BOOL: isType((value) => typeof value === "boolean"),
  IS_ARRAY: isType((value) => Array.isArray(value)),
  IS_OBJECT: isType((value) => isObject(value)),
  IS_PRIMITIVE: isType((value) => value === null || ["boolean", "number", "string"].includes(typeof value)),

  STARTSWITH: ofTwoStrings((whole, part) => whole.startsWith(part)),
  ENDSWITH: ofTwoStrings((whole, part) => whole.endsWith(part)),
  CONTAINS: ofTwoStrings((whole, part) => whole.includes(part)),
  STRINGEQUALS: ofTwoStrings((whole, part) => whole === part),
  INDEX_OF: define(2, 3, ([whole, part, from]) =>
    typeof whole === "string" && typeof part === "string"
      ? whole.indexOf(part, typeof from === "number" ? from : 0)
      : undefined,
  ),
  LOWER: ofString((whole) => whole.toLowerCase()),
  UPPER: ofString((whole) => whole.toUpperCase()),
  TRIM: ofString((whole) => whole.trim()),
  LTRIM: ofString((whole) => whole.trimStart()),
  RTRIM: ofString((whole) => whole.trimEnd()),
  REVERSE: ofString((whole) => [...whole].reverse().join("")),
  LENGTH: ofString((whole) => whole.length),
  SUBSTRING: define(3, 3, ([whole, start, length]) =>
    typeof whole === "string" && typeof start === "number" && typeof length === "number"
      ? whole.slice(Math.max(start, 0), Math.max(start, 0) + Math.max(length, 0))
      : undefined,
  ),
  LEFT: define(2, 2, ([whole, length]) =>
    typeof whole === "string" && typeof length === "number" ? whole.slice(0, Math.max(length, 0)) : undefined,
  ),
  RIGHT: define(2, 2, ([whole, length]) =>
    typeof whole === "string" && typeof length === "number"
      ? whole.slice(Math.max(whole.length - Math.max(length, 0), 0))
      : undefined,
  ),
  REPLACE: define(3, 3, ([whole, part, by]) =>
    typeof whole === "string" && typeof part === "string" && typeof by === "string"
      ? part === ""
        ? whole
        : whole.replaceAll(part, () => by)
      : undefined,
  ),
  REPLICATE: define(2, 2, ([whole, times]) =>
    typeof whole === "string" && typeof times === "number" && times >= 0 && times * whole.length <= 10_000
      ? whole.repeat(times)
      : undefined,
  ),
  CONCAT: define(2, 100, (args) =>
    args.every((argument) => typeof argument === "string") ? args.join("") : undefined,
  ),
  TOSTRING: define(1, 1, ([value]) => text(value)),
  STRINGTONUMBER: ofString((whole) => parsed(whole, (value) => typeof value === "number")),
  STRINGTOBOOLEAN: ofString((whole) => parsed(whole.trim(), (value) => typeof value === "boolean")),
  STRINGTONULL: ofString((whole) => parsed(whole, (value) => value === null)),
  STRINGTOARRAY: ofString((whole) => parsed(whole, (value) => Array.isArray(value))),
  STRINGTOOBJECT: ofString((whole) => parsed(whole, isObject)),

  ABS: ofNumber(Math.abs),
  FLOOR: ofNumber(Math.floor),
  CEILING: ofNumber(Math.ceil),
  ROUND: ofNumber(round),
  TRUNC: ofNumber(Math.trunc),
  SIGN: ofNumber(Math.sign),
  SQRT: ofNumber(Math.sqrt),
  SQUARE: ofNumber((number) => number * number),
  EXP: ofNumber(Math.exp),
  LOG: ofNumber(Math.log),
  LOG10: ofNumber(Math.log10),
  POWER: ofTwoNumbers((base, exponent) => base ** exponent),
  PI: define(0, 0, () => Math.PI),
  INTADD: ofTwoNumbers((a, b) => a + b),
  INTSUB: ofTwoNumbers((a, b) => a - b),
  INTMUL: ofTwoNumbers((a, b) => a * b),
  INTDIV: ofTwoNumbers((a, b) => Math.trunc(a / b)),
  INTMOD: ofTwoNumbers((a, b) => a % b),

  ARRAY_CONTAINS: define(2, 3, ([list, wanted, partial]) => contains(list, wanted, partial)),
  ARRAY_CONTAINS_ANY: define(2, 100, ([list, ...wanted]) =>
    wanted.some((item) => contains(list, item, false) === true),
  ),
  ARRAY_CONTAINS_ALL: define(2, 100, ([list, ...wanted]) =>
    wanted.every((item) => contains(list, item, false) === true),
  ),
  ARRAY_LENGTH: define(1, 1, ([list]) => (Array.isArray(list) ? list.length : undefined)),
  ARRAY_CONCAT: define(2, 100, (args) =>
    args.every((argument) => Array.isArray(argument)) ? (args as Json[][]).flat() : undefined,
  ),
  ARRAY_SLICE: define(2, 3, ([list, start, length]) => {
    if (!Array.isArray(list) || typeof start !== "number") return undefined;
    const from = position(start, list.length);
    return list.slice(from, typeof length === "number" ? from + Math.max(length, 0) : undefined);
  }),
  SETINTERSECT: define(2, 2, ([a, b]) => setOf(a, b, (_, inA, inB) => inA && inB)),
  SETUNION: define(2, 2, ([a, b]) => setOf(a, b, () => true)),
  OBJECTTOARRAY: define(1, 1, ([object]) =>
    isObject(object) ? Object.entries(object).map(([k, v]) => ({ k, v })) : undefined,
  ),
  IIF: define(3, 3, ([test, yes, no]) => (test === true ? yes : no)),
};
