import { type DurationFigures, durationNames, type Figures } from "../../contracts/insights.ts";
import { addHistogram, countOf, type Histogram, percentile } from "./histogram.ts";
import { type Hour, newHour, type Wanted, want } from "./hour.ts";

/** An hour with its longest queue, which can only be computed together with the neighbouring hours. */
export type KnownHour = Hour & { longestQueue: number };

/** The figures of several hours together; zeros if there are none. Pure. */
export function figuresOf(hours: readonly KnownHour[]): Figures {
  const sum = newHour("", "");
  for (const hour of hours) addHour(sum, hour);
  const refused = countAll(sum.refused);
  const early = hours.flatMap(({ refusedScans = {} }) => Object.values(refusedScans));
  const refusedScans: Record<string, number> = {};
  for (const { counts } of early) addHistogram(refusedScans, counts as Record<string, number>);
  return {
    scans: sum.scans + countAll(refusedScans),
    refusedScans,
    moreRefusedScans: early.some(({ more }) => more),
    admitted: sum.scans - refused + (sum.atCounter ?? 0),
    atCounter: sum.atCounter ?? 0,
    refused: sum.refused,
    submitted: sum.submitted,
    ready: sum.ready,
    collected: sum.collected,
    uncollected: sum.uncollected ?? 0,
    cancelled: Object.entries(sum.cancelled)
      .sort(byCount)
      .map(([key, count]) => {
        const [by, step, why] = key.split("/");
        return { by, step, ...(why === undefined ? {} : { why }), count } as Figures["cancelled"][number];
      }),
    expired: sum.expired,
    drinks: mostWanted(sum.drinks),
    options: mostWanted(sum.options),
    longestQueue: Math.max(0, ...hours.map(({ longestQueue }) => longestQueue)),
    durations: Object.fromEntries(
      durationNames.map((name) => [name, durationOf(sum.durations[name])]),
    ) as Figures["durations"],
  };
}

function addHour(sum: Hour, hour: Hour): void {
  for (const name of ["scans", "submitted", "ready", "collected"] as const) sum[name] += hour[name];
  for (const name of ["uncollected", "atCounter"] as const) sum[name] = (sum[name] ?? 0) + (hour[name] ?? 0);
  for (const name of ["refused", "cancelled", "expired"] as const) addHistogram(sum[name], hour[name]);
  for (const name of durationNames) addHistogram(sum.durations[name], hour.durations[name]);
  for (const kind of ["drinks", "options"] as const) {
    for (const [id, { name, at, count }] of Object.entries(hour[kind])) want(sum[kind], id, name, at, count);
  }
}

function countAll(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function mostWanted(all: Record<string, Wanted>): Figures["drinks"] {
  return Object.entries(all)
    .map(([id, { name, count }]) => ({ id, name, count }))
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
}

function byCount([one, a]: [string, number], [other, b]: [string, number]): number {
  return b - a || (one < other ? -1 : 1);
}

function durationOf(histogram: Histogram): DurationFigures {
  const [p50, p90] = [percentile(histogram, 0.5), percentile(histogram, 0.9)];
  const count = countOf(histogram);
  return p50 === undefined || p90 === undefined ? { count } : { count, p50: seconds(p50), p90: seconds(p90) };
}

/** Rounds to four digits, with an error below a thousandth. */
function seconds(milliseconds: number): number {
  return Number((milliseconds / 1000).toPrecision(4));
}
