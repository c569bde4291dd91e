import type { OrderView } from "../../../contracts/order.ts";
import type { RefusedScans } from "../../../contracts/scans.ts";

/** A plain recount of orders as they stand, for hours told by `hourOf` (the hour's name of a moment): as slow and as simple as can be. */
export function plainRecount(
  orders: OrderView[],
  refusals: Pick<RefusedScans, "from" | "counts" | "more">[],
  hourOf: (at: string) => string,
  hour: string,
) {
  const within = (at: string | undefined) => at !== undefined && hourOf(at) === hour;
  const told = orders.filter(({ readyAt, endedAt }) => readyAt !== undefined || endedAt !== undefined);
  const came = told.filter(({ createdAt }) => within(createdAt));
  const refused = came.filter(({ state }) => state === "refused");
  const submitted = told.filter(({ submittedAt }) => within(submittedAt));
  const ready = told.filter(({ readyAt }) => within(readyAt));
  const ended = (state: string) => told.filter((order) => order.state === state && within(order.endedAt));
  const stepOf = (order: OrderView) =>
    order.claimedAt ? "making" : order.queuedAt ? "queued" : order.submittedAt ? "submitted" : "choosing";
  const took = (of: OrderView[], from: keyof OrderView, to: keyof OrderView) =>
    of.filter((order) => order[from] !== undefined).map((order) => ms(order[to]) - ms(order[from]));
  const placed = came.filter(({ counter }) => counter !== undefined);
  const early = refusals.filter(({ from }) => within(from));
  const each = early.flatMap(({ counts }) =>
    Object.entries(counts).flatMap(([code, count = 0]) => Array.from({ length: count }, () => code)),
  );
  return {
    scans: came.length - placed.length + each.length,
    refusedScans: tally(each),
    moreRefusedScans: early.some(({ more }) => more),
    admitted: came.length - refused.length,
    atCounter: placed.length,
    refused: tally(refused.map(({ end }) => String(end?.reason))),
    submitted: submitted.length,
    ready: ready.length,
    collected: ended("collected").length,
    uncollected: ended("uncollected").length,
    cancelled: tally(
      ended("cancelled").map((order) =>
        [order.end?.by, stepOf(order), ...(order.end?.by === "barista" ? [order.end.why ?? "other"] : [])].join("/"),
      ),
    ),
    expired: tally(ended("expired").map(stepOf)),
    drinks: tally(submitted.map(({ drink }) => drink?.id ?? "")),
    options: tally(submitted.flatMap(({ options = [] }) => options.map(({ group, choice }) => `${group}/${choice}`))),
    took: {
      choose: took(
        submitted.filter(({ counter }) => counter === undefined),
        "createdAt",
        "submittedAt",
      ),
      wait: took(ready, "submittedAt", "readyAt"),
      make: took(ready, "claimedAt", "readyAt"),
      counter: took(ended("collected"), "readyAt", "endedAt"),
    },
    longestQueue: longestQueue(told, hourOf, hour),
  };
}

/** Places taken at each moment of the hour at which somebody came, and at its beginning. */
function longestQueue(orders: OrderView[], hourOf: (at: string) => string, hour: string): number {
  const places = orders
    .filter(({ state }) => state !== "refused")
    .flatMap((order) => {
      // What was taken back to the bar had given its place to others meanwhile.
      const back = (order.recalled ?? []).filter(({ from }) => from !== "collected");
      const from = [order.createdAt, ...back.map(({ at }) => at)];
      const until = [...back.map(({ since }) => since), order.readyAt ?? order.endedAt];
      return from.map((at, nth) => ({ from: ms(at), until: ms(until[nth]) }));
    });
  const moments = places.map(({ from }) => from).filter((at) => hourOf(new Date(at).toISOString()) === hour);
  moments.push(Date.parse(hour));
  return Math.max(...moments.map((at) => places.filter(({ from, until }) => from <= at && at < until).length));
}

/** The smallest of the values that this share of them is not above. */
export function plainPercentile(values: number[], share: number): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * values.length)) - 1];
}

function tally(keys: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

function ms(at: unknown): number {
  return Date.parse(String(at));
}
