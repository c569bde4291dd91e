import { expect, test } from "vitest";
import { jsonOf, textOf } from "../../../local/console/lib/format.ts";

test("a value does not turn round what stands beside it, and is the same when it is read again", () => {
  const value = { name: "abc\u202edcb", other: "\u2067one\u2069", "\u200f": 1, plain: "שלום é 🙂" };
  const text = jsonOf(value, 2);
  expect(text).not.toMatch(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
  expect(text).toContain('"abc\\u202edcb"');
  expect(text).toContain("שלום é 🙂");
  expect(JSON.parse(text)).toEqual(value);
  expect(textOf(JSON.stringify(value))).toBe(text);
  expect(jsonOf(undefined)).toBe("");
});
