import type { OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";
import type { Outcome } from "./crowd.ts";
import { minute } from "./habits.ts";

/** How an order ended, in words: `expired: barista`, `cancelled: customer`. Pure. */
export function endingOf({ state, end }: Pick<OrderView, "state" | "end">): string {
  if (state === "ready") return "ready, not fetched";
  if (!isFinal(state)) return `still ${state}`;
  const why = state === "cancelled" ? end?.by : end?.reason;
  return why === undefined ? state : `${state}: ${why}`;
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The results as a table for a terminal. Pure. */
export function tableOf({ ledger, orders, took, came }: Outcome): string {
  const endings = new Map<string, number>();
  // After an early end only the last states on the phones are known.
  const known = orders ?? [...ledger.orders.values()].map(({ state = "choosing" }) => ({ state }));
  for (const order of known) endings.set(endingOf(order), (endings.get(endingOf(order)) ?? 0) + 1);
  const many = ledger.orders.size;
  const seconds = came / 1000;
  const faster = took.stand / took.machine;
  const nobody = took.machine === 0 ? "It ended before anybody came" : undefined;
  const errors = ledger.errorCount === 0 ? "none" : String(ledger.errorCount);
  return [
    nobody ??
      `${counted(ledger.visits, "visit")}, ${counted(many, "order")} in ${duration(took.stand)}${Math.abs(faster - 1) > 0.1 ? ` of the stand's time, ${duration(took.machine)} of ours` : ""}: ${(many / seconds).toFixed(1)} orders a second in the ${duration(came)} in which people came`,
    section("Orders by ending", counts(endings)),
    section("Visits without an order", counts(ledger.left)),
    section("Done on purpose", counts(ledger.pranks)),
    section("Waits, minutes of the stand's time", waits(orders ?? [])),
    section("Refused, and why", counts(ledger.refused)),
    section("Until it was seen, ms", times(ledger.times)),
    section("Answers, ms", times(ledger.answers)),
    section(
      `Errors: ${errors}`,
      ledger.errors.map((words) => words.replaceAll("\n", "\n    ")),
    ),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** `1 visit`, `2 visits`. */
export const counted = (many: number, what: string): string => `${many} ${what}${many === 1 ? "" : "s"}`;

const duration = (milliseconds: number) =>
  milliseconds < minute
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : `${Math.round(milliseconds / minute).toLocaleString("en")} min`;

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0 && !title.startsWith("Errors")) return "";
  return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

function counts(of: ReadonlyMap<string, number>): string[] {
  const rows = [...of].sort(([a, many], [b, more]) => more - many || a.localeCompare(b));
  return rows.map(([what, count]) => `${what.padEnd(34)} ${String(count).padStart(7)}`);
}

/** The steps that people wait for. */
function waits(orders: readonly OrderView[]): string[] {
  const between = (from: keyof OrderView, to: keyof OrderView) =>
    orders.flatMap((order) => {
      const took = Date.parse(String(order[to])) - Date.parse(String(order[from]));
      return Number.isNaN(took) ? [] : [took / minute];
    });
  return rowsOf(
    [
      ["ordered → ready", between("submittedAt", "readyAt")],
      ["ordered → taken on", between("submittedAt", "claimedAt")],
      ["ready → handed over", between("readyAt", "endedAt")],
    ],
    1,
  );
}

function times(of: ReadonlyMap<string, number[]>): string[] {
  return rowsOf(
    [...of].sort(([, many], [, more]) => more.length - many.length),
    1,
  );
}

function rowsOf(rows: readonly (readonly [string, readonly number[]])[], digits: number): string[] {
  return rows
    .filter(([, values]) => values.length > 0)
    .map(([what, values]) => {
      const at = (share: number) => quantile(values, share).toFixed(digits).padStart(7);
      return `${what.padEnd(34)} ${String(values.length).padStart(7)}   p50 ${at(0.5)}   p90 ${at(0.9)}   p99 ${at(0.99)}`;
    });
}
