import type { OpenStep } from "../../contracts/insights.ts";
import type { OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";

/** The steps of an order that are counted, each in the hour it was taken in. */
export const factKinds = ["came", "submitted", "ready", "ended"] as const;
export type FactKind = (typeof factKinds)[number];

export interface Fact {
  kind: FactKind;
  /** ms since the epoch */
  at: number;
}

/**
 * What an order has to tell: nothing while it is open, so that one event an order is enough. All later views of an order tell the same and at
 * most more, which is why the order they arrive in does not matter. Pure.
 */
export function factsOf(order: OrderView): Fact[] {
  if (!isFinal(order.state) && order.state !== "ready") return [];
  const { createdAt, submittedAt, readyAt, endedAt } = order;
  const times: Record<FactKind, string | undefined> = {
    came: createdAt,
    submitted: submittedAt,
    ready: readyAt,
    // Who is refused has come, and that is all.
    ended: order.state === "refused" ? undefined : endedAt,
  };
  return factKinds.flatMap((kind) => {
    const at = times[kind];
    return at === undefined ? [] : [{ kind, at: Date.parse(at) }];
  });
}

/** How long an order held a place of the queue, in ms since the epoch: until it was ready or ended before that. */
export function placeOf(order: OrderView): { from: number; until: number } | undefined {
  const until = order.readyAt ?? order.endedAt;
  if (order.state === "refused" || until === undefined) return undefined;
  return { from: Date.parse(order.createdAt), until: Date.parse(until) };
}

/** Where an order stood when it ended before it was ready. */
export function lastStep(order: OrderView): OpenStep {
  if (order.claimedAt !== undefined) return "making";
  if (order.queuedAt !== undefined) return "queued";
  return order.submittedAt === undefined ? "choosing" : "submitted";
}
