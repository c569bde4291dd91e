import type { DurationName, Figures, InsightsRow } from "../../contracts/insights.ts";
import type { ScanRefusal } from "../../contracts/order-states.ts";
import { formatAge, formatNumber } from "../lib/format.ts";
import { moment } from "../lib/intl.ts";
import { percent } from "../lib/intl-more.ts";
import { admin as words } from "../lib/strings/admin.ts";
import { reasons } from "../lib/strings/reasons.ts";
import { t } from "../lib/text.ts";

const oneDay = 24 * 60 * 60_000;

/** The day (`2026-06-15`) a number of days later. */
export function shiftDay(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * oneDay).toISOString().slice(0, 10);
}

/** The number of days from one to another, both included. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / oneDay + 1;
}

/** The period of equal length just before these days. */
export function daysBefore({ from, to }: { from: string; to: string }): { from: string; to: string } {
  return { from: shiftDay(from, -daysBetween(from, to)), to: shiftDay(from, -1) };
}

/** A day in the reader's format, independent of the device's time zone. */
export function formatDay(day: string, style: "short" | "long" = "short"): string {
  const options: Intl.DateTimeFormatOptions =
    style === "short"
      ? { weekday: "short", month: "short", day: "numeric" }
      : { weekday: "long", year: "numeric", month: "long", day: "numeric" };
  return moment(Date.parse(`${day}T12:00:00Z`), { ...options, timeZone: "UTC" }) || day;
}

/** An hour of the day, such as `9:00`, in the reader's format. */
export function formatHour(hour: number): string {
  const at = Date.parse(`2026-01-01T${String(hour).padStart(2, "0")}:00:00Z`);
  return moment(at, { timeStyle: "short", timeZone: "UTC" }) || formatNumber(hour);
}

/** A duration in seconds as `4:12`; a dash if nothing was measured. */
export function formatSeconds(seconds: number | undefined): string {
  return seconds === undefined ? words.figures.none : formatAge(seconds * 1000);
}

/** The sum of some counts. */
export function sumOf(counts: Partial<Record<string, number>>): number {
  return Object.values(counts).reduce((sum: number, count) => sum + (count ?? 0), 0);
}

/** How many orders were cancelled, by anyone and for any reason. */
export function cancelledOf({ cancelled }: Figures): number {
  return cancelled.reduce((sum, { count }) => sum + count, 0);
}

/** The median of a duration, as `4:12`; a dash if nothing was measured. */
export function middle(figures: Figures, name: DurationName): string {
  return formatSeconds(figures.durations[name].p50);
}

/** Every hour from the first with data to the last; hours without data in between are included as gaps. */
export function withGaps(rows: readonly InsightsRow[]): { hour: number; row: InsightsRow | undefined }[] {
  const filled: { hour: number; row: InsightsRow | undefined }[] = [];
  for (const row of rows) {
    const hour = row.hour ?? 0;
    const last = filled.at(-1)?.hour;
    for (let missing = (last ?? hour) + 1; last !== undefined && missing < hour; missing++)
      filled.push({ hour: missing, row: undefined });
    filled.push({ hour, row });
  }
  return filled;
}

/** Why orders were not served, most frequent first. */
export function endingsOf({ refused, cancelled, expired }: Figures): { text: string; count: number }[] {
  const { refusedWhy, steps, otherReason, cancelledByBarista, cancelledByCustomer, expiredAt } = words.figures;
  const entries = <K extends string>(counts: Partial<Record<K, number>>) => Object.entries(counts) as [K, number][];
  return [
    ...entries(refused).map(([reason, count]) => ({ text: refusedWhy[reason], count })),
    ...entries(expired).map(([step, count]) => ({ text: t(expiredAt, { step: steps[step] }), count })),
    ...cancelled.map(({ by, step, why, count }) => ({
      text:
        by === "customer"
          ? t(cancelledByCustomer, { step: steps[step] })
          : t(cancelledByBarista, {
              step: steps[step],
              why: why === undefined || why === "other" ? otherReason : reasons.cancel[why],
            }),
      count,
    })),
  ].sort((a, b) => b.count - a.count);
}

/** Why scans started no order, most frequent first. */
export function refusedScansOf({ refusedScans }: Figures): { text: string; count: number }[] {
  const counts = Object.entries(refusedScans) as [ScanRefusal, number][];
  return counts
    .map(([code, count]) => ({ text: words.figures.scanRefused[code], count }))
    .sort((a, b) => b.count - a.count);
}

/** How many orders baristas took, and their share of all admitted orders. */
export function formatAtCounter({ atCounter, admitted }: Figures): string {
  if (atCounter === 0) return formatNumber(0);
  return t(words.figures.withShare, { n: formatNumber(atCounter), share: percent(atCounter / admitted) });
}

/** A count of scans; marked as a minimum if more were refused than were counted. */
export function formatScans(count: number, { moreRefusedScans }: Figures): string {
  return moreRefusedScans ? t(words.figures.orMore, { n: formatNumber(count) }) : formatNumber(count);
}
