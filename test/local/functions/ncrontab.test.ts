import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSchedule } from "../../../local/functions/triggers/ncrontab.ts";

const next = (expression: string, from: string) =>
  new Date(parseSchedule(expression).next(Date.parse(from))).toISOString();

test("the next occurrence is found for fields of every form", () => {
  const cases: [string, string, string][] = [
    ["0 */5 * * * *", "2026-01-14T12:00:00Z", "2026-01-14T12:05:00.000Z"],
    ["*/5 * * * *", "2026-01-14T12:04:59.999Z", "2026-01-14T12:05:00.000Z"],
    ["0 30 9 * * Mon-Fri", "2026-01-16T09:30:00Z", "2026-01-19T09:30:00.000Z"],
    ["0 0 0 1 Jan,jul *", "2026-01-14T00:00:00Z", "2026-07-01T00:00:00.000Z"],
    ["5,8,10 * * * * *", "2026-01-14T12:00:05Z", "2026-01-14T12:00:08.000Z"],
    ["0 0 22-23/1 31 12 *", "2026-12-31T22:00:00Z", "2026-12-31T23:00:00.000Z"],
    ["0 0 0 29 2 *", "2026-01-14T00:00:00Z", "2028-02-29T00:00:00.000Z"],
    ["0 0 0 13 * 5", "2026-03-14T00:00:00Z", "2026-11-13T00:00:00.000Z"],
    ["0 0 0 * * Monday", "2026-01-14T00:00:00Z", "2026-01-19T00:00:00.000Z"],
    ["0 0 0 * * THURS", "2026-01-14T00:00:00Z", "2026-01-15T00:00:00.000Z"],
    ["0 0 0 1 September *", "2026-01-14T00:00:00Z", "2026-09-01T00:00:00.000Z"],
    // Of those that begin so the first: March, and Tuesday.
    ["0 0 0 * m t-thur", "2026-01-14T00:00:00Z", "2026-03-03T00:00:00.000Z"],
    ["59 59 23 * * *", "2026-12-31T23:59:59Z", "2027-01-01T23:59:59.000Z"],
  ];
  for (const [expression, from, to] of cases) expect(next(expression, from), expression).toBe(to);
});

test("what is no schedule is refused with the reason", () => {
  for (const wrong of [
    "",
    "* * *",
    "60 * * * * *",
    "0 0 0 0 * *",
    "0 0 24 * * *",
    "0 */0 * * * *",
    "0 0 0 * * Foo",
    "0 0 0 * * Mondays",
    "0 0 Jan * * *",
    "0 0 0 * * Mon-",
    "0 9-5 * * * *",
    "1:00:00",
  ]) {
    expect(() => parseSchedule(wrong), wrong).toThrow(/^the schedule "/);
  }
});

test("a range backwards, which Azure turns round, and a step of 0, which it takes for 1, are refused with what to write", () => {
  const cases: [string, string][] = [
    [
      "0 0 22-2 * * *",
      '"22-2" as hour. Azure reverses such a range without a message and runs at 2-22: write that if you mean it, or "22-23,0-2"',
    ],
    ["0 0 0 * * FRI-MON", 'runs at MON-FRI: write that if you mean it, or "5-6,0-1"'],
    ["0 0 0 * December-Jan *", 'runs at Jan-December: write that if you mean it, or "12,1"'],
    ["0 */0 * * * *", '"*/0" as minute. Azure treats a step of 0 as 1'],
  ];
  for (const [expression, words] of cases) expect(() => parseSchedule(expression), expression).toThrow(words);
});

test("no second between a time and its next occurrence fits, and the occurrence does", () => {
  const part = (least: number, most: number) =>
    fc.oneof(
      fc.constant("*"),
      fc.integer({ min: least, max: most }).map(String),
      fc.integer({ min: 1, max: 20 }).map((step) => `*/${step}`),
      fc
        .uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 3 })
        .map((list) => list.join(",")),
    );
  const fits = (text: string, value: number, least: number) =>
    text.split(",").some((item) => {
      if (item === "*") return true;
      return item.startsWith("*/") ? (value - least) % Number(item.slice(2)) === 0 : Number(item) === value;
    });
  fc.assert(
    fc.property(
      part(0, 59),
      part(0, 59),
      part(0, 23),
      part(0, 6),
      fc.integer({ min: 0, max: 40_000_000 }),
      (second, minute, hour, weekday, offset) => {
        const from = Date.UTC(2026, 0, 1) + offset * 1000;
        const found = parseSchedule(`${second} ${minute} ${hour} * * ${weekday}`).next(from);
        const matches = (time: number) => {
          const date = new Date(time);
          return (
            fits(second, date.getUTCSeconds(), 0) &&
            fits(minute, date.getUTCMinutes(), 0) &&
            fits(hour, date.getUTCHours(), 0) &&
            fits(weekday, date.getUTCDay(), 0)
          );
        };
        expect(matches(found)).toBe(true);
        const checked = Math.min(found, from + 7_200_000);
        for (let time = from + 1000; time < checked; time += 1000)
          if (matches(time)) throw new Error(new Date(time).toISOString());
      },
    ),
    { numRuns: 60 },
  );
});
