import { expect, test } from "vitest";
import type { Figures, InsightsRow } from "../../../contracts/insights.ts";
import {
  daysBefore,
  daysBetween,
  endingsOf,
  formatAtCounter,
  formatDay,
  formatHour,
  formatScans,
  formatSeconds,
  refusedScansOf,
  shiftDay,
  withGaps,
} from "../../../web/admin/figures.ts";

test("days are counted by the calendar, over months and the ends of summer time", () => {
  expect(shiftDay("2026-03-28", 2)).toBe("2026-03-30");
  expect(shiftDay("2026-03-01", -1)).toBe("2026-02-28");
  expect(daysBetween("2026-10-24", "2026-10-26")).toBe(3);
  expect(daysBefore({ from: "2026-06-09", to: "2026-06-15" })).toEqual({ from: "2026-06-02", to: "2026-06-08" });
  expect(daysBefore({ from: "2026-06-15", to: "2026-06-15" })).toEqual({ from: "2026-06-14", to: "2026-06-14" });
});

test("a day and an hour are the same wherever the reader is", () => {
  expect(formatDay("2026-06-15")).toMatch(/15/);
  expect(formatHour(9)).toMatch(/9:00/);
  expect([formatSeconds(252), formatSeconds(undefined)]).toEqual(["4:12", "–"]);
});

test("hours without anything are gaps between others, and the hour that is there twice stays", () => {
  const rows = [8, 11, 11].map((hour) => ({ hour }) as InsightsRow);
  expect(withGaps(rows).map(({ hour, row }) => [hour, row !== undefined])).toEqual([
    [8, true],
    [9, false],
    [10, false],
    [11, true],
    [11, true],
  ]);
  expect(withGaps([])).toEqual([]);
});

test("why orders were not served is said in words, most frequent first", () => {
  const figures = {
    refused: { full: 2 },
    expired: { making: 1 },
    cancelled: [
      { by: "barista", step: "queued", why: "machine-down", count: 4 },
      { by: "barista", step: "making", why: "other", count: 3 },
      { by: "customer", step: "choosing", count: 5 },
    ],
  } as unknown as Figures;
  expect(endingsOf(figures).map(({ text, count }) => `${count} ${text}`)).toEqual([
    "5 Cancelled by the customer, while choosing",
    "4 Cancelled at the bar, in the queue: The machine is down",
    "3 Cancelled at the bar, while it was made: another reason",
    "2 Not let in: the queue was full",
    "1 Time ran out, while it was made",
  ]);
});

test("orders taken at the counter are told with their share of all who were let in", () => {
  const figures = { atCounter: 3, admitted: 12 } as Figures;
  expect(formatAtCounter(figures)).toBe("3 (25%)");
  expect(formatAtCounter({ ...figures, atCounter: 0, admitted: 0 })).toBe("0");
});

test("why scans began no order is said in words, and where not all were counted that there may have been more", () => {
  const figures = { refusedScans: { "code-over": 3, "code-exhausted": 120 }, moreRefusedScans: true } as Figures;
  expect(refusedScansOf(figures)).toEqual([
    { text: "The code was used up", count: 120 },
    { text: "The code had expired", count: 3 },
  ]);
  expect(formatScans(123, figures)).toBe("123+");
  expect(formatScans(123, { ...figures, moreRefusedScans: false })).toBe("123");
});
