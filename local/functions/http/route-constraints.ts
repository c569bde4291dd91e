import { linearPattern } from "../../kernel/linear-pattern.ts";

/** Whether a constraint allows a parameter's value. */
export type ConstraintTest = (value: string) => boolean;

interface Kind {
  /** The possible numbers of arguments; `undefined` if the whole text is one argument. */
  arguments: readonly number[] | undefined;
  make(...given: string[]): ConstraintTest;
}

const int64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

/** A whole number as .NET reads it, with optional white space and sign; `undefined` if it is invalid or out of range. */
function whole(text: string, { least, most } = int64): bigint | undefined {
  const [, digits] = /^\s*([+-]?\d+)\s*$/.exec(text) ?? [];
  if (digits === undefined || digits.length > 64) return undefined;
  const value = BigInt(digits.replace("+", ""));
  return value < least || value > most ? undefined : value;
}

const floating: Kind = {
  arguments: [0],
  make: () => (value) => /^\s*(?:[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?(?:Infinity|∞)|NaN)\s*$/i.test(value),
};

const guid = /^\s*(?:[0-9a-f]{32}|(\{|\()?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(\}|\))?)\s*$/i;

function isGuid(value: string): boolean {
  const [found, open = "", close = ""] = guid.exec(value) ?? [];
  return found !== undefined && ["", "{}", "()"].includes(open + close);
}

/** A length or bound in a route. @throws Error that says what it must be. */
function bound(kind: string, text: string): bigint {
  const value = whole(text);
  if (value === undefined) throw new Error(`has the constraint ${kind}(${text}); it takes whole numbers.`);
  return value;
}

/** Refuses bounds that allow nothing, as ASP.NET Core does. */
function inOrder(kind: string, bounds: bigint[]): bigint[] {
  const [least = 0n, most = least] = bounds;
  if (least > most)
    throw new Error(`has the constraint ${kind}(${bounds}); the first bound must not exceed the second.`);
  return bounds;
}

const sized = (
  allows: (length: bigint, ...bounds: bigint[]) => boolean,
  kind: string,
  takes: readonly number[],
): Kind => ({
  arguments: takes,
  make: (...given) => {
    const bounds = inOrder(
      kind,
      given.map((text) => bound(kind, text)),
    );
    if (bounds.some((each) => each < 0n))
      throw new Error(`has the constraint ${kind}(${given}); a length cannot be below 0.`);
    return (value) => allows(BigInt(value.length), ...bounds);
  },
});

const bounded = (allows: (value: bigint, ...bounds: bigint[]) => boolean, kind: string, takes: number): Kind => ({
  arguments: [takes],
  make: (...given) => {
    const bounds = inOrder(
      kind,
      given.map((text) => bound(kind, text)),
    );
    return (value) => {
      const number = whole(value);
      return number !== undefined && allows(number, ...bounds);
    };
  },
});

const plain = (test: ConstraintTest): Kind => ({ arguments: [0], make: () => test });

/** The constraints of ASP.NET Core, with its rules. */
const kinds: Record<string, Kind> = {
  int: plain((value) => whole(value, { least: -(2n ** 31n), most: 2n ** 31n - 1n }) !== undefined),
  long: plain((value) => whole(value) !== undefined),
  bool: plain((value) => /^\s*(true|false)\s*$/i.test(value)),
  decimal: plain((value) => /^\s*(?:[+-]?\s*(?:\d[\d,]*\.?\d*|\.\d+)|(?:\d[\d,]*\.?\d*|\.\d+)\s*[+-])\s*$/.test(value)),
  double: floating,
  float: floating,
  guid: plain(isGuid),
  datetime: plain(isDateTime),
  alpha: plain((value) => /^[a-z]*$/i.test(value)),
  required: plain((value) => value !== ""),
  file: plain((value) => /\.[^./]+$/.test(value)),
  nonfile: plain((value) => !/\.[^./]+$/.test(value)),
  length: sized((length, least = 0n, most = least) => length >= least && length <= most, "length", [1, 2]),
  minlength: sized((length, least = 0n) => length >= least, "minlength", [1]),
  maxlength: sized((length, most = 0n) => length <= most, "maxlength", [1]),
  min: bounded((value, least = 0n) => value >= least, "min", 1),
  max: bounded((value, most = 0n) => value <= most, "max", 1),
  range: bounded((value, least = 0n, most = 0n) => value >= least && value <= most, "range", 2),
  regex: {
    arguments: undefined,
    make: (pattern = "") => {
      try {
        return linearPattern(pattern);
      } catch (error) {
        throw new Error(`has the regex "${pattern}", but ${(error as Error).message}.`);
      }
    },
  },
};

/** Compiles a constraint such as `int` or `length(2,4)` to its test. @throws Error that says what is wrong, to follow the name of the route. */
export function compileConstraint(text: string): ConstraintTest {
  const [, name = "", inside] = /^([^(]*)(?:\((.*)\))?$/s.exec(text) ?? [];
  const kind = Object.hasOwn(kinds, name.toLowerCase()) ? kinds[name.toLowerCase()] : undefined;
  if (kind === undefined)
    throw new Error(`has the constraint "${text}"; supported are ${Object.keys(kinds).join(", ")}.`);
  if (kind.arguments === undefined) return kind.make(inside ?? "");
  const given = inside === undefined || inside.trim() === "" ? [] : inside.split(",").map((each) => each.trim());
  if (!kind.arguments.includes(given.length)) {
    throw new Error(`has the constraint "${text}"; ${name} takes ${kind.arguments.join(" or ")} arguments.`);
  }
  return kind.make(...given);
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const monthName = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?";
const dayName = "(?:(?:sun|mon|tue|wed|thu|fri|sat)[a-z]*,? *)?";
const time =
  "(?:(?: *T| +)(\\d{1,2}):(\\d{1,2})(?::(\\d{1,2})(?:\\.\\d+)?)? *(am|pm|a|p)? *(?:Z|GMT|[+-]\\d{1,2}(?::?\\d{2})?)?|Z)?";
/** The orders of year, month and day that .NET's invariant culture reads. */
const dates: [pattern: RegExp, order: ("y" | "m" | "d")[]][] = (
  [
    ["(\\d{4})[-/. ](\\d{1,2})[-/. ](\\d{1,2})", ["y", "m", "d"]],
    ["(\\d{4})[-/.](\\d{1,2})", ["y", "m"]],
    ["(\\d{1,2})[-/. ](\\d{1,2})[-/. ](\\d{4}|\\d{2})", ["m", "d", "y"]],
    ["(\\d{1,2})[-/.](\\d{4})", ["m", "y"]],
    ["(\\d{1,2})[-/.](\\d{1,2})", ["m", "d"]],
    [`(\\d{1,2})[- /]?${monthName}[- /,]*(\\d{4}|\\d{2})`, ["d", "m", "y"]],
    [`(\\d{1,2})[- /]?${monthName}`, ["d", "m"]],
    [`${monthName}[- /]*(\\d{1,2})[- /,]+(\\d{4}|\\d{2})`, ["m", "d", "y"]],
    [`${monthName}[- /,]*(\\d{4})`, ["m", "y"]],
    [`${monthName}[- /]*(\\d{1,2})`, ["m", "d"]],
    [`(\\d{4})[- /]*${monthName}[- /]*(\\d{1,2})`, ["y", "m", "d"]],
  ] as [string, ("y" | "m" | "d")[]][]
).map(([date, order]) => [new RegExp(`^${dayName}${date}${time}$`, "i"), order]);
const timeOnly = /^T?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)? *(am|pm|a|p)?$/i;

/** Whether .NET reads a date or time in the text. It covers the usual forms of the invariant culture, not all its unusual ones. */
function isDateTime(value: string): boolean {
  const text = value.trim();
  // No form of a date is longer. The limit keeps the matching of the patterns short.
  if (text.length > 64) return false;
  const alone = timeOnly.exec(text);
  if (alone) return isTime(alone[1], alone[2], alone[3], alone[4]);
  return dates.some(([pattern, order]) => {
    const found = pattern.exec(text);
    if (found === null) return false;
    const part = (name: "y" | "m" | "d") => found[order.indexOf(name) + 1];
    const named = months.indexOf((order.includes("m") ? (part("m") ?? "") : "").slice(0, 3).toLowerCase());
    const month = named === -1 ? Number(part("m")) : named + 1;
    const year = order.includes("y") ? Number(part("y")) : 2000;
    const day = order.includes("d") ? Number(part("d")) : 1;
    const rest = found.slice(order.length + 1);
    return year > 0 && isDay(year, month, day) && (rest[0] === undefined || isTime(rest[0], rest[1], rest[2], rest[3]));
  });
}

const isDay = (year: number, month: number, day: number) =>
  month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();

const isTime = (hour = "0", minute = "0", second = "0", half?: string) =>
  Number(hour) <= (half === undefined ? 23 : 12) && Number(minute) <= 59 && Number(second) <= 59;
