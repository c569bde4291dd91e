import { durationNames, type Figures, type InsightsReply, openSteps } from "../../contracts/insights.ts";
import { refusalReasons } from "../../contracts/order-states.ts";

/**
 * A table as CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front, which shows as text there
 * (OWASP: CSV injection): names of drinks are what somebody typed.
 */
export function csv(table: readonly (readonly (string | number | undefined)[])[]): string {
  return table.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number | undefined): string {
  if (typeof value !== "string") return value === undefined ? "" : String(value);
  const text = /^[\s]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The figures as one line for each row; drinks and options, as many as there are, come last. Durations in seconds. */
export function insightsCsv({ rows, total, by }: InsightsReply): string {
  const wanted = (["drinks", "options"] as const).flatMap((of) => total[of].map(({ id, name }) => ({ of, id, name })));
  const head = [
    "day",
    ...(by === "hour" ? ["hour", "start"] : []),
    ...columns.map(([name]) => name),
    ...wanted.map(({ name }) => name),
  ];
  const lines = rows.map((row) => [
    // Which a spreadsheet should take for a date.
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
  ...refusalReasons
    // Where there is no store, there is nobody to ask for its figures.
    .filter((reason) => reason !== "unknown-store")
    .map((reason): (typeof columns)[number] => [`refused: ${reason}`, ({ refused }) => refused[reason] ?? 0]),
  ["submitted", ({ submitted }) => submitted],
  ["ready", ({ ready }) => ready],
  ["collected", ({ collected }) => collected],
  ["cancelled by customer", cancelledBy("customer")],
  ["cancelled by barista", cancelledBy("barista")],
  ...openSteps.map((step): (typeof columns)[number] => [`expired: ${step}`, ({ expired }) => expired[step] ?? 0]),
  ["longest queue", ({ longestQueue }) => longestQueue],
  ...durationNames.flatMap((name): typeof columns => [
    [`${name} p50`, ({ durations }) => durations[name].p50],
    [`${name} p90`, ({ durations }) => durations[name].p90],
  ]),
];

/** Whether a client that sends this `Accept` prefers CSV to JSON (RFC 9110: weights from 0 to 1, the more exact range counts). */
export function prefersCsv(accept: string | null): boolean {
  const weights = (accept ?? "").split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    return { type, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
  });
  const weightOf = (ranges: string[]) =>
    ranges.map((one) => weights.find(({ type }) => type === one)?.weight).find((weight) => weight !== undefined) ?? 0;
  return weightOf(["text/csv", "text/*", "*/*"]) > weightOf(["application/json", "application/*", "*/*"]);
}
