import { expect, test } from "vitest";
import { withMomentsAgain } from "../../../functions/platform/moments-again.ts";
import { withDotnetDates } from "../../../local/functions/triggers/dotnet-dates.ts";

const passedOn = (value: unknown) => JSON.parse(withDotnetDates(JSON.stringify(value)));

test("a time is again what was written, however many of its digits were zeros", () => {
  for (const milliseconds of [0, 1, 10, 100, 120, 310, 999]) {
    const at = new Date(Date.UTC(2026, 10, 30, 20, 45, 0, milliseconds)).toISOString();
    const value = { id: `code:${at}`, window: { opensAt: at, closesAt: [at] }, none: null, many: 3, is: true };
    expect(withMomentsAgain(passedOn(value))).toEqual(value);
  }
  expect(passedOn("2026-11-30T20:45:00.000Z")).not.toBe("2026-11-30T20:45:00.000Z");
});

test("what is no time stays", () => {
  for (const text of [
    "",
    "2026-11-30",
    "20:45:00Z",
    "2026-13-30T20:45:00Z",
    "at 2026-11-30T20:45:00Z",
    "2026-11-30T20:45Z",
  ])
    expect(withMomentsAgain(text)).toBe(text);
});
