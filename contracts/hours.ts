import * as z from "zod";
import { personText, whole } from "./common.ts";
import { mistake } from "./mistakes.ts";

/** The days of the week, as they are named in the opening hours. */
export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Weekday = (typeof weekdays)[number];

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of day, such as 08:30");

const span = z.strictObject({
  opens: timeOfDay.describe("A time of day in the store's time zone."),
  closes: timeOfDay.describe("A time that is not after `opens` is on the next day: 00:00 is midnight."),
});
export type Span = z.infer<typeof span>;

/** The length of a span in minutes. It may end on the next day. */
function minutesOf({ opens, closes }: Span): number {
  const [from, to] = [opens, closes].map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) as [
    number,
    number,
  ];
  return to > from ? to - from : to - from + 1440;
}

const spans = z
  .array(span)
  .max(4, "has more than 4 times")
  .superRefine((day, context) => {
    for (const [at, { opens }] of day.entries()) {
      const before = day[at - 1];
      if (before === undefined || (before.closes > before.opens && before.closes <= opens)) continue;
      context.addIssue(mistake([at, "opens"], "overlap", "must not be before the time above it is over"));
    }
  })
  .describe("The times at which the store is open, in order; empty for a day on which it is closed.");

const exception = z.strictObject({
  date: z.iso.date("must be a day, such as 2026-12-25").describe("The day with different hours."),
  spans,
  note: personText(60).optional().describe("A note for the people who edit the hours."),
});

export const hours = z
  .strictObject({
    week: z
      .strictObject(Object.fromEntries(weekdays.map((day) => [day, spans])) as Record<Weekday, typeof spans>)
      .describe("Each day of the week."),
    exceptions: z
      .array(exception)
      .max(100, "has more than 100 days")
      .default([])
      .describe("Days with different hours."),
    lastOrdersMinutes: whole(0, 240)
      .default(0)
      .describe(
        "This many minutes before closing, nobody new is admitted. Customers who were admitted before are served.",
      ),
  })
  .superRefine(({ week, exceptions, lastOrdersMinutes }, context) => {
    const days = exceptions.map(({ date }) => date);
    for (const [at, date] of days.entries())
      if (days.indexOf(date) < at) context.addIssue(mistake(["exceptions", at, "date"], "twice", "is there twice"));
    const check = (path: (string | number)[], day: Span[]) => {
      for (const [at, one] of day.entries()) {
        // An invalid time has been reported already; its length is NaN.
        if (!(minutesOf(one) <= lastOrdersMinutes)) continue;
        const message = `is over at last orders, ${lastOrdersMinutes} minutes before closing, before it begins`;
        context.addIssue(mistake([...path, at], "too-short", message));
      }
    };
    for (const day of weekdays) check(["week", day], week[day]);
    for (const [at, one] of exceptions.entries()) check(["exceptions", at, "spans"], one.spans);
  })
  .describe("When the store opens and closes by itself. Without hours, only the switch opens and closes it.");
export type Hours = z.infer<typeof hours>;
