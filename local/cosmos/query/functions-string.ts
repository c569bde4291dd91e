import { type BuiltIn, define } from "./built-in.ts";
import { isShallow } from "./limits.ts";
import { compileRegex } from "./regex.ts";
import { isInteger, isObject, type Json, type Value } from "./values.ts";

/** A function of strings; any other argument makes the result undefined. If a last Boolean argument is true, case is ignored. */
const ofTwoStrings = (test: (text: string, part: string) => Value): BuiltIn =>
  define(2, 3, ([text, part, ignoreCase]) => {
    if (typeof text !== "string" || typeof part !== "string") return undefined;
    if (ignoreCase !== undefined && typeof ignoreCase !== "boolean") return undefined;
    if (ignoreCase !== true) return test(text, part);
    return test(text.toLowerCase(), part.toLowerCase());
  });
const ofString = (run: (text: string) => Value): BuiltIn =>
  define(1, 1, ([text]) => (typeof text === "string" ? run(text) : undefined));

/** Removes the given characters, or whitespace, from one or both ends. */
const trimmed = (start: boolean, end: boolean): BuiltIn =>
  define(1, 2, (args) => {
    const [text, given] = args;
    if (typeof text !== "string" || (args.length > 1 && typeof given !== "string")) return undefined;
    const goes = (char: string | undefined): boolean =>
      char !== undefined && (typeof given === "string" ? given.includes(char) : /\s/.test(char));
    let from = 0;
    let to = text.length;
    while (start && from < to && goes(text[from])) from++;
    while (end && from < to && goes(text[to - 1])) to--;
    return text.slice(from, to);
  });

/** CONTAINS for several parts, joined by three-valued AND or OR. */
const containsMany = (all: boolean, ignoreCase: boolean): BuiltIn =>
  define(2, Number.POSITIVE_INFINITY, ([text, ...parts]) => {
    if (typeof text !== "string") return undefined;
    const folded = (value: string): string => (ignoreCase ? value.toLowerCase() : value);
    const whole = folded(text);
    const found = parts.map((part) => (typeof part === "string" ? whole.includes(folded(part)) : undefined));
    if (found.includes(!all)) return !all;
    return found.includes(undefined) ? undefined : all;
  });

function text(value: Value): Value {
  return value === undefined || typeof value === "string" ? value : written(value);
}

/** JSON text, with numbers in the service's format. */
function written(value: Json): string {
  if (typeof value === "number") return numberText(value);
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${written(member)}`);
  return `{${members.join(",")}}`;
}

/**
 * A number in the format of C's `printf` with 17 digits, `2.0495371758495027e+018`, with an exponent of three digits from 1e17 on and below 0.0001.
 * (`BuiltinFunctionEvaluator.cs` of the .NET SDK's tests has that example from the service.) It has as many digits as distinguish the number from
 * others.
 */
function numberText(number: number): string {
  if (number === 0 || !Number.isFinite(number)) return String(number);
  const [digits = "", power = ""] = number.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= 17) return `${digits}e+${power.slice(1).padStart(3, "0")}`;
  if (exponent < -4) return `${digits}e-${power.slice(1).padStart(3, "0")}`;
  return String(number);
}

function parsed(source: string, accept: (value: Json) => boolean): Value {
  try {
    const value = JSON.parse(source) as Json;
    return accept(value) && isShallow(value) && isWritten(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether all numbers in the value are finite: JSON cannot express others. */
function isWritten(value: Json): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value !== "object" || value === null || Object.values(value).every(isWritten);
}

/**
 * A part of a text. It is empty where it begins before the text, and undefined for a position or length that is not an integer
 * (`BuiltinFunctionEvaluator.cs` of the .NET SDK's tests).
 */
function cut(whole: Value, start: Value, length: Value): Value {
  if (typeof whole !== "string" || typeof start !== "number" || typeof length !== "number") return undefined;
  if (whole === "") return "";
  if (!isInteger(start) || !isInteger(length)) return undefined;
  return start < 0 || length <= 0 ? "" : whole.slice(start, start + length);
}

/** A text that would become longer than this gives no result, as in the service. */
const longest = 10_000;

export const stringFunctions: Record<string, BuiltIn> = {
  CONCAT: define(2, Number.POSITIVE_INFINITY, (args) =>
    args.every((argument) => typeof argument === "string") ? args.join("") : undefined,
  ),
  CONTAINS: ofTwoStrings((whole, part) => whole.includes(part)),
  CONTAINS_ALL_CI: containsMany(true, true),
  CONTAINS_ALL_CS: containsMany(true, false),
  CONTAINS_ANY_CI: containsMany(false, true),
  CONTAINS_ANY_CS: containsMany(false, false),
  ENDSWITH: ofTwoStrings((whole, part) => whole.endsWith(part)),
  INDEX_OF: define(2, 3, ([whole, part, from = 0]) =>
    typeof whole === "string" && typeof part === "string" && typeof from === "number"
      ? whole.indexOf(part, from)
      : undefined,
  ),
  LASTINDEXOF: define(2, 3, ([whole, part, from = Number.POSITIVE_INFINITY]) =>
    typeof whole === "string" && typeof part === "string" && typeof from === "number"
      ? whole.lastIndexOf(part, from)
      : undefined,
  ),
  LEFT: define(2, 2, ([whole, length]) => cut(whole, 0, length)),
  LENGTH: ofString((whole) => whole.length),
  LOWER: ofString((whole) => whole.toLowerCase()),
  LTRIM: trimmed(true, false),
  REGEXMATCH: define(2, 3, (args, { budget }) => {
    const [whole, pattern, modifiers = ""] = args;
    if (typeof whole !== "string" || typeof pattern !== "string" || typeof modifiers !== "string") return undefined;
    if (args.length === 3 && args[2] === undefined) return undefined;
    return compileRegex(pattern, modifiers)?.test(whole, budget);
  }),
  REPLACE: define(3, 3, ([whole, part, by]) =>
    typeof whole === "string" && typeof part === "string" && part !== "" && typeof by === "string"
      ? whole.replaceAll(part, () => by)
      : undefined,
  ),
  REPLICATE: define(2, 2, ([whole, times]) =>
    typeof whole === "string" && typeof times === "number" && times >= 0 && times * whole.length <= longest
      ? whole.repeat(times)
      : undefined,
  ),
  REVERSE: ofString((whole) => [...whole].reverse().join("")),
  RIGHT: define(2, 2, ([whole, length]) =>
    typeof whole === "string" && isInteger(length)
      ? cut(whole, Math.max(whole.length - length, 0), whole.length)
      : undefined,
  ),
  RTRIM: trimmed(false, true),
  STARTSWITH: ofTwoStrings((whole, part) => whole.startsWith(part)),
  STRINGEQUALS: ofTwoStrings((whole, part) => whole === part),
  STRINGJOIN: define(2, 2, ([list, separator]) =>
    Array.isArray(list) && list.every((item) => typeof item === "string") && typeof separator === "string"
      ? list.join(separator)
      : undefined,
  ),
  STRINGSPLIT: define(2, 2, ([whole, separator]) =>
    typeof whole === "string" && typeof separator === "string"
      ? separator === ""
        ? [whole]
        : whole.split(separator)
      : undefined,
  ),
  STRINGTOARRAY: ofString((whole) => parsed(whole, (value) => Array.isArray(value))),
  STRINGTOBOOLEAN: ofString((whole) => parsed(whole.trim(), (value) => typeof value === "boolean")),
  STRINGTONULL: ofString((whole) => parsed(whole, (value) => value === null)),
  STRINGTONUMBER: ofString((whole) => parsed(whole, (value) => typeof value === "number")),
  STRINGTOOBJECT: ofString((whole) => parsed(whole, isObject)),
  SUBSTRING: define(2, 3, ([whole, start, ...length]) =>
    cut(whole, start, length.length === 0 ? Number.MAX_SAFE_INTEGER : length[0]),
  ),
  TOSTRING: define(1, 1, ([value]) => text(value)),
  TRIM: trimmed(true, true),
  UPPER: ofString((whole) => whole.toUpperCase()),
};
