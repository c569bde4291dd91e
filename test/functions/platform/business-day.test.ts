import fc from "fast-check";
import { expect, test } from "vitest";
import { nextNumber } from "../../../functions/orders/steps.ts";
import { businessDay, endOfDay } from "../../../functions/platform/business-day.ts";

test.each([
  ["Europe/Berlin", "2026-06-14T21:59:59.999Z", "2026-06-14"],
  ["Europe/Berlin", "2026-06-14T22:00:00.000Z", "2026-06-15"],
  // The night in which summer time begins: midnight is at 23:00 UTC, the next one at 22:00.
  ["Europe/Berlin", "2026-03-28T22:59:59.999Z", "2026-03-28"],
  ["Europe/Berlin", "2026-03-28T23:00:00.000Z", "2026-03-29"],
  ["Europe/Berlin", "2026-03-29T21:59:59.999Z", "2026-03-29"],
  ["Europe/Berlin", "2026-03-29T22:00:00.000Z", "2026-03-30"],
  // The night in which it ends.
  ["Europe/Berlin", "2026-10-24T22:00:00.000Z", "2026-10-25"],
  ["Europe/Berlin", "2026-10-25T22:59:59.999Z", "2026-10-25"],
  ["Europe/Berlin", "2026-10-25T23:00:00.000Z", "2026-10-26"],
  ["America/New_York", "2026-11-01T03:59:59.999Z", "2026-10-31"],
  ["America/New_York", "2026-11-01T04:00:00.000Z", "2026-11-01"],
  // Half an hour and three quarters off, and the far ends of the day.
  ["Asia/Kathmandu", "2026-01-01T18:15:00.000Z", "2026-01-02"],
  ["Pacific/Kiritimati", "2026-01-01T10:00:00.000Z", "2026-01-02"],
  ["Pacific/Pago_Pago", "2026-01-01T10:59:59.999Z", "2025-12-31"],
  ["UTC", "2026-12-31T23:59:59.999Z", "2026-12-31"],
])("in %s, %s is of the day %s", (timeZone, moment, day) => {
  expect(businessDay(Date.parse(moment), timeZone)).toBe(day);
});

test("days only go forward with time, in every time zone", () => {
  const zone = fc.constantFrom(
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
  );
  const moment = fc.integer({ min: Date.parse("2020-01-01"), max: Date.parse("2040-01-01") });
  fc.assert(
    fc.property(zone, moment, fc.nat(1e9), (timeZone, one, later) => {
      expect(businessDay(one + later, timeZone) >= businessDay(one, timeZone)).toBe(true);
    }),
  );
});

test.each([
  // Midnight itself is left out, or comes twice.
  ["Africa/Cairo", "2026-04-23T12:00:00Z", "2026-04-23T22:00:00Z"],
  ["America/Havana", "2026-11-01T03:00:00Z", "2026-11-01T04:00:00Z"],
  ["America/Havana", "2026-11-01T04:30:00Z", "2026-11-02T05:00:00Z"],
  ["Atlantic/Azores", "2026-10-24T12:00:00Z", "2026-10-25T00:00:00Z"],
  // A day of 23 hours, one of 25, and one of 24 and a half.
  ["Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
  ["Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T14:00:00Z", "2026-04-05T13:30:00Z"],
])("in %s, the day of %s ends at %s", (timeZone, moment, end) => {
  expect(new Date(endOfDay(Date.parse(moment), timeZone)).toISOString()).toBe(end.replace("Z", ".000Z"));
});

test("a day ends at the first moment that is of another one, in every time zone", () => {
  const zone = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
  const moment = fc.integer({ min: Date.parse("2020-01-01"), max: Date.parse("2040-01-01") });
  fc.assert(
    fc.property(zone, moment, (timeZone, at) => {
      const day = businessDay(at, timeZone);
      const end = endOfDay(at, timeZone);
      expect([end > at, businessDay(end - 1, timeZone), businessDay(end, timeZone) === day]).toEqual([
        true,
        day,
        false,
      ]);
    }),
    { numRuns: 500 },
  );
});

test("numbers count from one each day, and a clock that is behind does not count a day again", () => {
  expect(nextNumber({ lastNumber: 0, day: "" }, "2026-06-15")).toEqual({ lastNumber: 1, day: "2026-06-15" });
  expect(nextNumber({ lastNumber: 7, day: "2026-06-15" }, "2026-06-15")).toEqual({ lastNumber: 8, day: "2026-06-15" });
  expect(nextNumber({ lastNumber: 7, day: "2026-06-15" }, "2026-06-16")).toEqual({ lastNumber: 1, day: "2026-06-16" });
  expect(nextNumber({ lastNumber: 1, day: "2026-06-16" }, "2026-06-15")).toEqual({ lastNumber: 2, day: "2026-06-16" });
});
