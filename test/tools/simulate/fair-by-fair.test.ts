import { expect, test } from "vitest";
import { fairByFair } from "../../../tools/simulate/days.ts";

const shares = (from: number, days: number, stands: number) =>
  fairByFair(from, days, stands).map(({ from, many }) => [from, many]);

test("days are played fair by fair, of the first and the last only those that are asked for", () => {
  expect(shares(0, 16, 8)).toEqual([
    [0, 8],
    [8, 8],
  ]);
  expect(shares(5, 14, 8)).toEqual([
    [5, 3],
    [8, 8],
    [16, 3],
  ]);
  expect(shares(3, 2, 8)).toEqual([[3, 2]]);
  expect(shares(7, 2, 1)).toEqual([
    [7, 1],
    [8, 1],
  ]);
});
