import { type InsightsQuery, type InsightsReply, type InsightsRow, mostDays } from "../../contracts/insights.ts";
import { businessDay, hourOfDay } from "../platform/business-day.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { wrongPart } from "../platform/refusal.ts";
import { figuresOf, type KnownHour } from "./figures.ts";
import { hasFigures } from "./hour.ts";
import { longestQueues } from "./queue-length.ts";
import { around, oneDay, storedHours } from "./stored-hours.ts";

/** The figures of a store for a range of days, including the first and last. @throws Refusal `bad-request`, `unknown-store` */
export async function insights(storeId: string, query: InsightsQuery): Promise<InsightsReply> {
  const { timeZone } = (await catalogPage(storeId)).store;
  const now = Date.now();
  const today = businessDay(now, timeZone);
  // If only one of the two is given, the range is that day.
  const { by } = query;
  const from = query.from ?? query.to ?? today;
  const to = query.to ?? from;
  const days = daysOf(from, to, mostDays[by]);

  const found = (await storedHours(storeId, around(from, to))).filter(hasFigures);
  const within = found.filter((hour) => days.includes(businessDay(Date.parse(hour.start), timeZone)));
  const longest = longestQueues(within);
  const hours: KnownHour[] = within.map((hour, at) => ({ ...hour, longestQueue: longest[at] ?? 0 }));
  const rows = by === "hour" ? byHour(hours, timeZone) : byDay(hours, days, timeZone);
  return { from, to, by, timeZone, total: figuresOf(hours), rows, now: new Date(now).toISOString() };
}

/** The days of a range. @throws Refusal `bad-request` if the end is before the start, or if there are more than `most` days */
export function daysOf(from: string, to: string, most: number): string[] {
  const [first, last] = [from, to].map((day) => Date.parse(`${day}T00:00:00Z`)) as [number, number];
  if (last < first) throw wrongPart("to", `must not be before from, ${from}`);
  const count = (last - first) / oneDay + 1;
  if (count > most) throw wrongPart("from", `to ${to} are ${count} days; ask for at most ${most} at a time`);
  return Array.from({ length: count }, (_, n) => new Date(first + n * oneDay).toISOString().slice(0, 10));
}

function byHour(hours: KnownHour[], timeZone: string): InsightsRow[] {
  return hours.map((hour) => {
    const start = Date.parse(hour.start);
    const [day, ofDay] = [businessDay(start, timeZone), hourOfDay(start, timeZone)];
    return { day, hour: ofDay, start: hour.start, ...figuresOf([hour]) };
  });
}

function byDay(hours: KnownHour[], days: string[], timeZone: string): InsightsRow[] {
  return days.map((day) => ({
    day,
    ...figuresOf(hours.filter((hour) => businessDay(Date.parse(hour.start), timeZone) === day)),
  }));
}
