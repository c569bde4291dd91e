import fc from "fast-check";
import { expect, test } from "vitest";
import { type Hours, weekdays } from "../../../contracts/hours.ts";
import { openTimes } from "../../../functions/config/timetable.ts";
import { localTime } from "../../../functions/platform/business-day.ts";
import { localMoment } from "../../../functions/platform/local-moment.ts";

const iso = (day: string, time: string, zone: string) => new Date(localMoment(day, time, zone)).toISOString();

test.each([
  ["an ordinary day", "2026-06-15", "08:00", "Europe/Berlin", "2026-06-15T06:00:00.000Z"],
  ["an hour that is left out", "2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
  ["an hour that comes twice", "2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
  ["half an hour that is left out", "2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03T15:30:00.000Z"],
  ["a midnight that is left out", "2018-11-04", "00:00", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"],
  [
    "a midnight that the clock is set back from",
    "2018-02-18",
    "00:00",
    "America/Sao_Paulo",
    "2018-02-18T03:00:00.000Z",
  ],
  ["a day that is left out", "2011-12-30", "08:00", "Pacific/Apia", "2011-12-30T10:00:00.000Z"],
])("%s", (_what, day, time, zone, moment) => {
  expect(iso(day, time, zone)).toBe(moment);
});

const zones = [
  "Europe/Berlin",
  "America/New_York",
  "America/Sao_Paulo",
  "America/Havana",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Asia/Beirut",
  "Asia/Gaza",
  "Africa/Casablanca",
  "Africa/Cairo",
  "Pacific/Apia",
  "Pacific/Chatham",
  "Pacific/Kiritimati",
  "Antarctica/Troll",
  "UTC",
];
const two = (value: number) => String(value).padStart(2, "0");
const aTime = fc.integer({ min: 0, max: 1439 }).map((minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`);
const aDay = fc
  .integer({ min: Date.UTC(2000, 0, 1) / 86_400_000, max: Date.UTC(2045, 0, 1) / 86_400_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
/** Days around which the clocks change in some zone are few: half of the tries are near the usual ones. */
const aTurn = fc
  .tuple(
    fc.integer({ min: 2000, max: 2044 }),
    fc.constantFrom("02-18", "03-08", "03-14", "03-29", "04-05", "09-27", "10-04", "10-25", "11-01", "11-04"),
    fc.integer({ min: -4, max: 4 }),
  )
  .map(([year, day, off]) =>
    new Date(Date.parse(`${year}-${day}T00:00Z`) + off * 86_400_000).toISOString().slice(0, 10),
  );
const aDate = fc.oneof(aDay, aTurn);

test("the clock shows the time, or a later one at the moment it leaps over it; and never showed it before", () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), aDate, aTime, (zone, day, time) => {
      const moment = localMoment(day, time, zone);
      const wanted = `${day} ${time}:00`;
      const shown = localTime(moment, zone);
      expect(shown >= wanted).toBe(true);
      // Just before it showed an earlier time, and so did it in the hours before that.
      for (const before of [1000, 60_000, 30 * 60_000, 3_600_000, 2 * 3_600_000, 25 * 3_600_000])
        expect(localTime(moment - before, zone) < wanted, `${zone} ${wanted} -${before}`).toBe(true);
    }),
    { numRuns: 600 },
  );
});

test("a time that is later by the clock is never earlier, whatever the zone and the night", () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), aDate, aTime, aTime, (zone, day, a, b) => {
      const [early, late] = [a, b].sort() as [string, string];
      expect(localMoment(day, early, zone)).toBeLessThanOrEqual(localMoment(day, late, zone));
    }),
    { numRuns: 600 },
  );
});

test("open times follow each other with a gap between, each longer than nothing, on nights in which the clock changes too", () => {
  const aSpan = fc.record({ opens: aTime, closes: aTime });
  fc.assert(
    fc.property(fc.constantFrom(...zones), aDate, aSpan, fc.integer({ min: 0, max: 60 }), (zone, day, span, last) => {
      const week = Object.fromEntries(weekdays.map((name) => [name, [span]])) as Hours["week"];
      const hours = { week, exceptions: [], lastOrdersMinutes: last };
      const from = Date.parse(`${day}T12:00Z`);
      let before = Number.NEGATIVE_INFINITY;
      let seen = 0;
      for (const { opens, lastOrders, closes } of openTimes(hours, zone, from)) {
        expect(opens).toBeGreaterThan(before);
        expect(lastOrders).toBe(Math.max(opens, closes - last * 60_000));
        expect(closes).toBeGreaterThan(Math.max(opens, from));
        before = closes;
        if (++seen === 4) break;
      }
    }),
    { numRuns: 200 },
  );
});
