import type { OpenStep } from "../../contracts/insights.ts";
import type { OrderView } from "../../contracts/order.ts";
import { isActive } from "../../contracts/order-states.ts";

/** The counted steps of an order, each in the hour in which it happened. `back` is the return to the bar, of which only the place in the queue is kept. */
export const factKinds = ["came", "submitted", "ready", "ended", "back"] as const;
type FactKind = (typeof factKinds)[number];

export interface Fact {
  kind: FactKind;
  /** In ms since the epoch. */
  at: number;
  /** The number among the order's facts of this kind: after a recall, an order can be ready or end again. */
  nth: number;
  /** The order as it was at that time. */
  of: OrderView;
  /** Whether a recall undid it; it then no longer counts. */
  undone: boolean;
  /** The number of the order's stay in the queue that this fact begins (`in`) or ends (`out`). */
  place?: { nth: number; end: "in" | "out" };
}

/**
 * The facts of an order: none while it is open for the first time, so that one event per order is enough. Each later view has the facts of all earlier ones,
 * including those that a recall undid, so the sequence in which views arrive does not matter. Pure.
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
  // A refused order only counts as `came`.
  if (!isRefused) add("ended", endedAt, { nth: of.ended, ...(readyAt === undefined && out) });
  return facts;
}

/** The order before a recall, with the fields that are counted. */
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
    // Only cancellations by the bar can be undone.
    ...(from === "cancelled" && { end: { by: "barista" as const, ...(why && { why }) } }),
  };
}

/** The last step of an order that ended before it was ready. */
export function lastStep(order: OrderView): OpenStep {
  if (order.claimedAt !== undefined) return "making";
  if (order.queuedAt !== undefined) return "queued";
  return order.submittedAt === undefined ? "choosing" : "submitted";
}
