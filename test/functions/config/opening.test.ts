import { describe, expect, test } from "vitest";
import { type Hours, hours as hoursSchema, weekdays } from "../../../contracts/hours.ts";
import { doorsAt, letInAgain } from "../../../contracts/opening.ts";
import { assemble } from "../../../functions/config/assemble.ts";
import { openingOf } from "../../../functions/config/opening.ts";
import { store, stored } from "./documents.ts";

const span = (opens: string, closes: string) => ({ opens, closes });
const every = (...spans: object[]) => Object.fromEntries(weekdays.map((day) => [day, spans]));
const hoursOf = (week: object, more: object = {}): Hours =>
  hoursSchema.parse({ week: { ...every(), ...week }, ...more });
const rules = (hours: Hours | undefined, more: object = {}) => ({
  open: true,
  timeZone: "Europe/Berlin",
  ...(hours && { hours }),
  ...more,
});
const at = (moment: string) => Date.parse(moment);
const daily = hoursOf(every(span("08:00", "18:00")), { lastOrdersMinutes: 10 });

// Berlin is two hours ahead of UTC in summer; 2026-06-15 is a Monday.
describe("hours", () => {
  test.each([
    ["in the night", "2026-06-15T03:00:00Z", { open: false, opensAt: "2026-06-15T06:00:00.000Z" }],
    ["as it opens", "2026-06-15T06:00:00Z", { open: true, closesAt: "2026-06-15T15:50:00.000Z" }],
    ["at last orders", "2026-06-15T15:50:00Z", { open: false, opensAt: "2026-06-16T06:00:00.000Z" }],
  ])("%s", (_when, now, expected) => {
    expect(openingOf(rules(daily), at(now))).toEqual(expected);
  });

  test("have a break at noon, go on past midnight, and know days that differ", () => {
    const hours = hoursOf(
      { monday: [span("08:00", "12:00"), span("13:00", "18:00")], friday: [span("18:00", "02:00")] },
      { exceptions: [{ date: "2026-06-22", spans: [] }] },
    );
    const told = (now: string) => openingOf(rules(hours), at(now));
    expect(told("2026-06-15T10:30:00Z")).toEqual({ open: false, opensAt: "2026-06-15T11:00:00.000Z" });
    // Saturday at one.
    expect(told("2026-06-19T23:00:00Z")).toEqual({ open: true, closesAt: "2026-06-20T00:00:00.000Z" });
    // The Monday after it is a holiday.
    expect(told("2026-06-20T00:00:00Z")).toEqual({ open: false, opensAt: "2026-06-26T16:00:00.000Z" });
  });

  test("that meet at midnight have no last orders there; who is always open never closes by itself", () => {
    const night = hoursOf(
      { friday: [span("18:00", "00:00")], saturday: [span("00:00", "03:00")] },
      { lastOrdersMinutes: 30 },
    );
    expect(openingOf(rules(night), at("2026-06-19T21:45:00Z")).closesAt).toBe("2026-06-20T00:30:00.000Z");
    const { closesAt } = openingOf(rules(hoursOf(every(span("00:00", "00:00")))), at("2026-06-15T12:00:00Z"));
    expect(at(closesAt ?? "2027-07-01") - at("2026-06-15")).toBeGreaterThan(365 * 86_400_000);
  });

  test("without any, or without a time in them, nothing happens by itself", () => {
    expect(openingOf(rules(undefined), 0)).toEqual({ open: true });
    expect(openingOf(rules(hoursOf({})), at("2026-06-15T12:00:00Z"))).toEqual({ open: false });
  });
});

describe("a hand on the switch", () => {
  const by = (open: boolean, switchedAt: string, now: string) => openingOf(rules(daily, { open, switchedAt }), at(now));

  test("that closes holds until the next change, here last orders, and it opens the next morning", () => {
    const closed = { open: false, opensAt: "2026-06-16T06:00:00.000Z" };
    expect(by(false, "2026-06-15T12:00:00Z", "2026-06-15T15:00:00Z")).toEqual(closed);
    expect(by(false, "2026-06-15T12:00:00Z", "2026-06-15T16:30:00Z")).toEqual(closed);
    expect(by(false, "2026-06-15T12:00:00Z", "2026-06-16T06:00:00Z").open).toBe(true);
  });

  test("that opens after last orders holds until it closes; after closing, through the night into the day", () => {
    const late = by(true, "2026-06-15T15:55:00Z", "2026-06-15T15:56:00Z");
    expect(late).toEqual({ open: true, closesAt: "2026-06-15T16:00:00.000Z" });
    const night = by(true, "2026-06-15T17:00:00Z", "2026-06-15T20:00:00Z");
    expect(night).toEqual({ open: true, closesAt: "2026-06-16T15:50:00.000Z" });
  });

  test("of long ago says nothing, nor does a switch that nobody touched", () => {
    expect(by(false, "2026-06-01T12:00:00Z", "2026-06-15T12:00:00Z").open).toBe(true);
    expect(openingOf(rules(daily, { open: false }), at("2026-06-15T12:00:00Z")).open).toBe(true);
  });

  test("holds for good where hours have no change left", () => {
    const told = openingOf(rules(hoursOf({}), { switchedAt: "2026-06-15T10:00:00Z" }), at("2026-06-20T12:00:00Z"));
    expect(told).toEqual({ open: true });
  });
});

describe("a pause", () => {
  const pause = { until: "2026-06-15T12:10:00.000Z", reason: "Cleaning", why: "machine" as const };

  test("is told with its reason until it is over", () => {
    expect(openingOf(rules(undefined, { pause }), at("2026-06-15T12:00:00Z"))).toEqual({
      open: true,
      pausedUntil: pause.until,
      pauseReason: "Cleaning",
      pauseWhy: "machine",
    });
    expect(openingOf(rules(undefined, { pause }), at(pause.until))).toEqual({ open: true });
  });
});

describe("what a page tells, to the second", () => {
  const now = at("2026-06-15T12:00:00Z");
  const soon = "2026-06-15T12:00:01Z";
  const past = "2026-06-15T12:00:00Z";
  test.each([
    [{ open: true }, "open", undefined],
    [{ open: false }, "closed", undefined],
    [{ open: true, closesAt: soon }, "open", undefined],
    [{ open: true, closesAt: past }, "closed", undefined],
    [{ open: false, opensAt: soon }, "closed", soon],
    [{ open: false, opensAt: past }, "open", past],
    [{ open: true, pausedUntil: soon }, "paused", soon],
    [{ open: true, pausedUntil: past }, "open", undefined],
    [{ open: false, pausedUntil: soon }, "closed", undefined],
  ] as const)("%j is %s", (store, doors, again) => {
    expect(doorsAt(store, now)).toBe(doors);
    expect(letInAgain(store, now)).toBe(again);
  });
});

test("the doors follow their last good rules while the document has a mistake, and lose what is past", () => {
  const good = stored(store({ hours: daily, pause: { until: "2026-06-15T12:10:00.000Z" } }));
  const first = assemble([good], {}, at("2026-06-15T12:00:00Z"));
  expect(first.store).toMatchObject({ open: true, closesAt: "2026-06-15T15:50:00.000Z" });
  const last = { page: { store: first.store ?? (store() as never), menu: [], doors: first.doors } };
  const night = assemble([stored(store({ capacity: 0 }))], last as never, at("2026-06-15T16:00:00Z"));
  expect(night.rejected).toHaveLength(1);
  expect(night.store).toEqual({
    ...first.store,
    open: false,
    closesAt: undefined,
    opensAt: "2026-06-16T06:00:00.000Z",
    pausedUntil: undefined,
  });
});
