import type { Draw } from "./draw.ts";

/** Texts that commonly break software: markup, queries, paths, formats, invisible characters, and excessive lengths. */
export const texts: readonly string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\r\nset-cookie: a=b",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "javascript:alert(1)",
  "' OR 1=1 --",
  '"; DROP c; --',
  "@p0",
  "$".concat("{7*7}{{7*7}}"),
  "%s%s%n%d",
  "../../../../etc/passwd",
  "..",
  ".",
  "/",
  "\\",
  "#",
  "?",
  "%",
  "%00",
  "%2e%2e%2f",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "undefined",
  "NaN",
  "-0",
  "1e999",
  "true",
  "[]",
  "{}",
  "\u202etxt.exe",
  "\u200b",
  "\ufeff",
  "\ud800",
  "de\ud800",
  "𝕳\u0301\u0301\u0301\u0301\u0301",
  "☕".repeat(50),
  "a".repeat(300),
  "a".repeat(5_000),
  `${"a".repeat(30)}!`,
  "+14255550199",
  "+1900555019",
  "2026-02-30",
  "9999-12-31T23:59:60.999Z",
  "main",
  "store",
  "drink:espresso",
];

/** Numbers at the limits of their range. */
export const numbers: readonly number[] = [
  0,
  -0,
  -1,
  0.1,
  1e-320,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  2 ** 53 + 2,
  1e21,
  1e308,
  -1e308,
];

/** JSON that matches no schema. */
export function anything(draw: Draw): unknown {
  return draw.one<() => unknown>([
    () => draw.one(texts),
    () => draw.one(numbers),
    () => null,
    () => draw.maybe(0.5),
    () => [],
    () => ({}),
    () => [draw.one(texts), draw.one(numbers), [[]]],
    () => ({ [draw.one(texts)]: draw.one(texts) }),
    () => nested(draw.one([5, 40, 200])),
    () => Array.from({ length: draw.one([3, 30, 2_000]) }, () => draw.one(numbers)),
    () => Object.fromEntries(Array.from({ length: draw.one([3, 60, 1_500]) }, (_, n) => [`field${n}`, n])),
  ])();
}

const nested = (depth: number): unknown =>
  depth === 0 ? 1 : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) };
