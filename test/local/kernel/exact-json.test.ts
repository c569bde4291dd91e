import fc from "fast-check";
import { expect, test } from "vitest";
import { alteredIn, wordsFor } from "../../../local/kernel/exact-json.ts";

const altered = (text: string, halves = true) => alteredIn(text, JSON.parse(text), halves);

test("what JavaScript writes, and writes with blanks, is read as it was", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "grapheme" }), fc.constantFrom(undefined, 2, "\t"), (value, blanks) => {
      expect(altered(JSON.stringify(value, null, blanks))).toBeUndefined();
    }),
  );
});

test("what goes wrong is found wherever it stands, and nothing else is", () => {
  const wrong: [string, string][] = [
    ['{"a":1,"b":2,"a":3}', "duplicate name"],
    ['{"a":1,"\\u0061":3}', "duplicate name"],
    ["1e400", "number out of range"],
    [`-${"9".repeat(400)}`, "number out of range"],
    ["9007199254740993", "whole number"],
    ["-769308320146468865", "whole number"],
    ["9223372036854775807", "whole number"],
    ['"\\ud800"', "half a character"],
    ['"\\uDC00 \\ud83d"', "half a character"],
    ['{"\\ud800":1}', "half a character"],
  ];
  const beside = fc.jsonValue({ stringUnit: "grapheme" }).map((value) => JSON.stringify(value));
  fc.assert(
    fc.property(fc.constantFrom(...wrong), beside, beside, ([text, what], before, after) => {
      expect(altered(`[${before}, {"x" : ${text}},${after}]`)?.what).toBe(what);
      // As a text it is nothing but a text.
      const quoted = JSON.stringify(text);
      expect(altered(`[${before}, {"x" : ${quoted}},${after}]`)).toBeUndefined();
    }),
  );
});

test.each([
  ["-0", "zero is zero"],
  ["1e-400", "too small is zero, as for every double"],
  ["0.1234567890123456789", "fractions are doubles"],
  ["1.0", "however it is written"],
  ["9007199254740992", "the next that is a double"],
  ["9223372036854775808", "beyond 64 bits others round as well"],
  ["636341866924868900", "as JavaScript writes it"],
  ["1e22", "with an exponent"],
  ['[{"a":1},{"a":2}]', "of one name in two objects"],
  ['{"a":{"a":["a","a",{"a":"a"}]}}', "in each other"],
  ['"\\\\ud800"', "a backslash, and letters"],
  ['"\\ud83d\\ude00"', "both halves"],
  ['{"a" :1 , "b": "\\"a\\":"}', "a text like a name"],
])("%s is nothing else afterwards: %s", (text) => {
  expect(altered(text)).toBeUndefined();
});

test("half a character is passed over where it is kept", () => {
  expect(altered('["\\\\ud800", 1]', false)).toBeUndefined();
  expect(altered('{"\\\\ud800":"\\\\udc00","b":1e999}', false)?.what).toBe("number out of range");
});

test("it takes as long as the text is, however deep", () => {
  const deep = `${"[".repeat(200_000)}1e999${"]".repeat(200_000)}`;
  expect(alteredIn(deep, undefined, true)?.what).toBe("number out of range");
  const names = Array.from({ length: 100_000 }, (_, n) => `"${n}" : ${n}`).join();
  expect(altered(`{${names}}`)).toBeUndefined();
  expect(altered(`{"a" : "${"\\\\".repeat(1_000_000)}"}`)).toBeUndefined();
});

test("words are short, and whole characters", () => {
  const long = altered(`{"${"é".repeat(59)}😀${"x".repeat(100)}":1,"${"é".repeat(59)}😀${"x".repeat(100)}":1}`);
  expect(wordsFor(long ?? { what: "whole number", text: "" })).toMatch(/^An object has the name "é{59}\ufffd…" twice/);
});
