import type { OrderView } from "./order.ts";
import type { OrderState, RefusalReason } from "./order-states.ts";

/** Names of the order workflow and of the activities that the services offer to it. */
export const orderWorkflow = "order";
export const activities = {
  admit: "orders-admit",
  number: "orders-number",
  expire: "orders-expire",
  giveBackScan: "codes-give-back",
} as const;

/** The one external event of the order workflow; what happened is in the payload. */
export const orderEvent = "order";
export interface OrderSignal {
  /** The order's state after what happened. */
  state: OrderState;
  version: number;
  /** Whether the order had a number by then. */
  numbered?: boolean;
  /** Of the event that tells it: what the workflow does next belongs to the same trace. */
  traceparent?: string;
}

/**
 * The workflow that drives an order: the first has the order's id. A recall that brings it back to the bar after its workflow has ended starts
 * another, whose id has the count of such recalls in it: whoever sees the order knows which it is.
 */
export function workflowIdOf({ id, recalled = [] }: Pick<OrderView, "id" | "recalled">): string {
  const times = recalled.filter(({ from }) => from !== "collected").length;
  return times === 0 ? id : `${id}-recall-${times}`;
}

/** What the workflow of a recalled order starts with, or of one that was placed at the counter: it goes on from there, and what was before is settled. */
export interface OrderResumption extends OrderRef {
  from: OrderProgress;
}

/** What the workflow starts with, from `code.scanned`. */
export interface OrderStart {
  orderId: string;
  storeId: string;
  customerId: string;
  /** `opensAt` of the code's window, to give the scan back. */
  window: string;
  /** Id of the event that began it. */
  causationid: string;
  /** When that event came about (ISO 8601) and its `sequence`: the first step of the order's journey. */
  scan?: { at: string; sequence: string };
  /** Of that event: one order is one trace, from its scan on. */
  traceparent?: string;
}

export interface OrderRef {
  orderId: string;
  storeId: string;
  /** Of what led to the call. */
  traceparent?: string;
}

/** Where an order stands after an activity: what the workflow goes on from. */
export interface OrderProgress {
  state: OrderState;
  version: number;
  /** ISO 8601; until when the present wait may last. */
  deadline?: string;
  /** Whether it has or had a number: an order that ends without one has used no scan. */
  numbered?: boolean;
  reason?: RefusalReason;
}
export type GiveBackScan = OrderRef & {
  customerId: string;
  window: string;
  /** Id of the event that told of the order's end. */
  causationid?: string;
};
