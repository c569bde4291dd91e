import { expect, test } from "vitest";
import { milliseconds } from "../../../local/kernel/duration.ts";

test.each([
  [1500, 1500],
  ["250 ms", 250],
  ["30s", 30_000],
  ["15 min", 900_000],
  ["1.5 h", 5_400_000],
  ["2 d", 172_800_000],
])("%j is %d ms", (text, expected) => {
  expect(milliseconds(text)).toBe(expected);
});

test.each(["", "15", "15 minutes", "-1 s", "soon"])("%j is refused with an example", (text) => {
  expect(() => milliseconds(text)).toThrow(/Write it like/);
});
