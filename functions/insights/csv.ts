import { durationNames, type Figures, type InsightsReply, openSteps } from "../../contracts/insights.ts";
import { refusalReasons, scanRefusals } from "../../contracts/order-states.ts";
import { csv } from "../platform/csv.ts";

/** The figures as CSV, one line per row. The columns of drinks and options, whose number varies, come last. Durations are in seconds. */
export function insightsCsv({ rows, total, by }: InsightsReply): string {
  const wanted = (["drinks", "options"] as const).flatMap((of) => total[of].map(({ id, name }) => ({ of, id, name })));
  const head = [
    "day",
    ...(by === "hour" ? ["hour", "start"] : []),
    ...columns.map(([name]) => name),
    ...wanted.map(({ name }) => name),
  ];
  const lines = rows.map((row) => [
    // In a format that spreadsheets recognize as a date.
    row.day,
    ...(by === "hour" ? [row.hour, row.start] : []),
    ...columns.map(([, of]) => of(row)),
    ...wanted.map(({ of, id }) => row[of].find((one) => one.id === id)?.count ?? 0),
  ]);
  return csv([head, ...lines]);
}

const cancelledBy = (who: "customer" | "barista") => (figures: Figures) =>
  figures.cancelled.reduce((sum, { by, count }) => sum + (by === who ? count : 0), 0);

const columns: [name: string, of: (figures: Figures) => number | undefined][] = [
  ["scans", ({ scans }) => scans],
  ["admitted", ({ admitted }) => admitted],
  ["at the counter", ({ atCounter }) => atCounter],
  ...refusalReasons
    // Without a store there are no figures.
    .filter((reason) => reason !== "unknown-store")
    .map((reason): (typeof columns)[number] => [`refused: ${reason}`, ({ refused }) => refused[reason] ?? 0]),
  ...scanRefusals.map((code): (typeof columns)[number] => [
    `scan refused: ${code}`,
    ({ refusedScans }) => refusedScans[code] ?? 0,
  ]),
  ["more scans refused than counted", ({ moreRefusedScans }) => (moreRefusedScans ? 1 : 0)],
  ["submitted", ({ submitted }) => submitted],
  ["ready", ({ ready }) => ready],
  ["collected", ({ collected }) => collected],
  ["not fetched", ({ uncollected }) => uncollected],
  ["cancelled by customer", cancelledBy("customer")],
  ["cancelled by barista", cancelledBy("barista")],
  ...openSteps.map((step): (typeof columns)[number] => [`expired: ${step}`, ({ expired }) => expired[step] ?? 0]),
  ["longest queue", ({ longestQueue }) => longestQueue],
  ...durationNames.flatMap((name): typeof columns => [
    [`${name} p50`, ({ durations }) => durations[name].p50],
    [`${name} p90`, ({ durations }) => durations[name].p90],
  ]),
];
