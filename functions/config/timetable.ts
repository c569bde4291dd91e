import { type Hours, type Span, weekdays } from "../../contracts/hours.ts";
import { businessDay } from "../platform/business-day.ts";
import { localMoment } from "../platform/local-moment.ts";

/** A time in which a store is open without a break, in ms since the epoch. */
export interface OpenTime {
  opens: number;
  /** No new orders from this time on. */
  lastOrders: number;
  closes: number;
}

/** How many days ahead openings are searched: more than a year, so that an opening after long holidays is found too. */
const ahead = 400;
const dayLong = 24 * 60 * 60_000;

const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(`${day}T00:00Z`) + days * dayLong).toISOString().slice(0, 10);

function spansOf({ week, exceptions }: Hours, day: string): Span[] {
  const exception = exceptions.find(({ date }) => date === day);
  // Sunday is 0 to JavaScript.
  const weekday = weekdays[(new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7] as (typeof weekdays)[number];
  return exception?.spans ?? week[weekday];
}

/**
 * The open times of a store in order, starting with the first one that ends after `from` (ms since the epoch). Adjacent or overlapping ones, such as across
 * midnight, are merged. One that is completely inside an hour skipped by a clock change is left out. Pure.
 */
export function* openTimes(hours: Hours, timeZone: string, from: number): Generator<OpenTime, undefined> {
  let last: { opens: number; closes: number } | undefined;
  const first = dayAfter(businessDay(from, timeZone), -2);
  for (let at = 0; at < ahead; at++) {
    const day = dayAfter(first, at);
    for (const span of spansOf(hours, day)) {
      const opens = localMoment(day, span.opens, timeZone);
      const closes = localMoment(span.closes > span.opens ? day : dayAfter(day), span.closes, timeZone);
      if (closes <= opens) continue;
      if (last && opens <= last.closes) last.closes = Math.max(last.closes, closes);
      else {
        if (last && last.closes > from) yield withLastOrders(last, hours);
        last = { opens, closes };
      }
    }
  }
  if (last && last.closes > from) yield withLastOrders(last, hours);
  return undefined;
}

function withLastOrders({ opens, closes }: { opens: number; closes: number }, { lastOrdersMinutes }: Hours): OpenTime {
  // A clock change can make the open time shorter than the time of last orders, so last orders must not be before the opening.
  return { opens, lastOrders: Math.max(opens, closes - lastOrdersMinutes * 60_000), closes };
}
