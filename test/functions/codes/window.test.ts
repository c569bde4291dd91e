import fc from "fast-check";
import { expect, test } from "vitest";
import { codeLength, codeSigns } from "../../../contracts/code-signs.ts";
import { perMinute } from "../../../functions/codes/guesses.ts";
import { grace, isTaken, newCode, newWindow, windowAt } from "../../../functions/codes/window.ts";

const lengths = Array.from({ length: 60 }, (_, index) => index + 1).filter((minutes) => 1440 % minutes === 0);
const moment = fc.integer({ min: Date.parse("2024-01-01"), max: Date.parse("2050-01-01") });

test("windows follow each other without a gap, and each begins on the clock", () => {
  fc.assert(
    fc.property(moment, fc.constantFrom(...lengths), (now, minutes) => {
      const { opensAt, closesAt } = windowAt(now, minutes);
      expect(opensAt <= now && now < closesAt).toBe(true);
      expect(closesAt - opensAt).toBe(minutes * 60_000);
      expect((opensAt % 86_400_000) % (minutes * 60_000)).toBe(0);
      expect(windowAt(closesAt, minutes).opensAt).toBe(closesAt);
      expect(windowAt(closesAt - 1, minutes).opensAt).toBe(opensAt);
    }),
  );
});

test("a window of five minutes stands where a watch says", () => {
  const { opensAt, closesAt } = windowAt(Date.parse("2026-06-15T10:07:31.250Z"), 5);
  expect(new Date(opensAt).toISOString()).toBe("2026-06-15T10:05:00.000Z");
  expect(new Date(closesAt).toISOString()).toBe("2026-06-15T10:10:00.000Z");
});

test("codes have six signs, none of which looks like another", () => {
  expect(new Set(codeSigns).size).toBe(codeSigns.length);
  expect(codeSigns.length).toBeGreaterThanOrEqual(20);
  expect(codeSigns).toMatch(/^[A-Z0-9]+$/);
  for (const alike of ["0OQD", "1IL", "2Z", "5S", "8B", "UV"]) {
    expect([...alike].filter((sign) => codeSigns.includes(sign)).length).toBeLessThanOrEqual(1);
  }
  expect(codeSigns).not.toMatch(/[01]/);
  const codes = Array.from({ length: 2000 }, newCode);
  for (const code of codes) expect(code).toMatch(new RegExp(`^[${codeSigns}]{${codeLength}}$`));
  expect(new Set([...codes.join("")]).size).toBe(codeSigns.length);
  expect(new Set(codes).size).toBeGreaterThan(1990);
});

test("a code is taken in its window and for half a minute after it", () => {
  const window = newWindow("main", "2026-06-15T10:05:00.000Z", "2026-06-15T10:10:00.000Z", 10);
  const at = (time: string) => isTaken(window, Date.parse(`2026-06-15T${time}Z`));
  expect(grace).toBe(30_000);
  expect(["10:04:59.999", "10:05:00.000", "10:10:29.999", "10:10:30.000"].map(at)).toEqual([false, true, true, false]);
});

test("who tries codes day and night behind one address finds one in two years, and behind a thousand in a day", () => {
  const minutes = codeSigns.length ** codeLength / perMinute.network;
  expect(minutes / 60 / 24 / 365).toBeGreaterThan(2);
  expect(minutes / 1000 / 60).toBeGreaterThan(23);
});
