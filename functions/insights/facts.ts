import type { OpenStep } from "../../contracts/insights.ts";
import type { OrderView } from "../../contracts/order.ts";
import { isActive } from "../../contracts/order-states.ts";

/** The steps of an order that are counted, each in the hour it was taken in; `back` is its return to the bar, of which only the place in the queue is kept. */
export const factKinds = ["came", "submitted", "ready", "ended", "back"] as const;
type FactKind = (typeof factKinds)[number];

export interface Fact {
  kind: FactKind;
  /** ms since the epoch */
  at: number;
  /** Which of its kind: a recall lets an order be ready, or end, several times. */
  nth: number;
  /** The order as it was by then. */
  of: OrderView;
  /** Whether a recall took it back: then it counts no more. */
  undone: boolean;
  /** Which of the order's stays in the queue it begins (`in`) or ends (`out`). */
  place?: { nth: number; end: "in" | "out" };
}

/**
 * What an order has to tell: nothing while it is open for the first time, so that one event an order is enough. All later views of an order tell the same
 * and at most more, also of what a recall took back, which is why the order they arrive in does not matter. Pure.
 */
export function factsOf(order: OrderView): Fact[] {
  const { createdAt, submittedAt, readyAt, endedAt, recalled = [], state } = order;
  if (isActive(state) && recalled.length === 0) return [];
  const facts: Fact[] = [];
  const of = { ready: 0, ended: 0, place: 0 };
  const add = (kind: FactKind, at: string | undefined, more: Partial<Fact> = {}) => {
    if (at !== undefined) facts.push({ kind, at: Date.parse(at), nth: 0, of: order, undone: false, ...more });
  };
  const isRefused = state === "refused";
  add("came", createdAt, isRefused ? {} : { place: { nth: 0, end: "in" } });
  add("submitted", submittedAt);
  for (const entry of recalled) {
    const { from, since, at } = entry;
    const kind = from === "ready" ? "ready" : "ended";
    const left = from === "collected" ? {} : { place: { nth: of.place, end: "out" as const } };
    add(kind, since, { nth: of[kind]++, of: asItWas(order, entry), undone: true, ...left });
    if (from === "collected") continue;
    of.place++;
    add("back", at, { nth: of.place, place: { nth: of.place, end: "in" } });
  }
  const out = { place: { nth: of.place, end: "out" as const } };
  add("ready", readyAt, { nth: of.ready, ...out });
  // Who is refused has come, and that is all.
  if (!isRefused) add("ended", endedAt, { nth: of.ended, ...(readyAt === undefined && out) });
  return facts;
}

/** The order before a recall, as far as it is counted. */
function asItWas(order: OrderView, entry: NonNullable<OrderView["recalled"]>[number]): OrderView {
  const { from, since, why } = entry;
  const { claimedAt: _, readyAt: __, endedAt: ___, end: ____, ...rest } = order;
  const readyAt = from === "ready" ? since : entry.readyAt;
  return {
    ...rest,
    state: from,
    ...(entry.claimedAt !== undefined && { claimedAt: entry.claimedAt }),
    ...(readyAt !== undefined && { readyAt }),
    ...(from !== "ready" && { endedAt: since }),
    // Nobody but the bar's own cancellations can be taken back.
    ...(from === "cancelled" && { end: { by: "barista" as const, ...(why && { why }) } }),
  };
}

/** Where an order stood when it ended before it was ready. */
export function lastStep(order: OrderView): OpenStep {
  if (order.claimedAt !== undefined) return "making";
  if (order.queuedAt !== undefined) return "queued";
  return order.submittedAt === undefined ? "choosing" : "submitted";
}
