import type { OrderView } from "./order.ts";
import type { OrderState, RefusalReason } from "./order-states.ts";

/** The names of the order orchestration and of the activities that services provide for it. */
export const orderWorkflow = "order";
export const activities = {
  admit: "orders-admit",
  number: "orders-number",
  expire: "orders-expire",
  giveBackScan: "codes-give-back",
} as const;

/** The only external event of the order orchestration; its payload says what happened. */
export const orderEvent = "order";
export interface OrderSignal {
  /** The order's state after the change. */
  state: OrderState;
  version: number;
  /** Whether the order had a number at that time. */
  numbered?: boolean;
  /** The trace context of the event: what the orchestration does next belongs to the same trace. */
  traceparent?: string;
}

/**
 * The instance id of an order's current orchestration. The first one has the order's id. If a recall brings the order back to the bar after its
 * orchestration has ended, another one starts, whose id contains the number of such recalls. So the id can be derived from the order.
 */
export function workflowIdOf({ id, recalled = [] }: Pick<OrderView, "id" | "recalled">): string {
  const times = recalled.filter(({ from }) => from !== "collected").length;
  return times === 0 ? id : `${id}-recall-${times}`;
}

/** The input of the orchestration for a recalled order or one at the counter. It continues from `from`; admission and scan are already settled. */
export interface OrderResumption extends OrderRef {
  from: OrderProgress;
}

/** The input of the orchestration after a scan, from `code.scanned`. */
export interface OrderStart {
  orderId: string;
  storeId: string;
  customerId: string;
  /** `opensAt` of the code's window, which is needed to return the scan. */
  window: string;
  /** Id of the event that started the orchestration. */
  causationid: string;
  /** The time (ISO 8601) and `sequence` of that event: the first step of the order's journey. */
  scan?: { at: string; sequence: string };
  /** The trace context of that event: one order is one trace, from its scan on. */
  traceparent?: string;
}

export interface OrderRef {
  orderId: string;
  storeId: string;
  /** The trace context of the event that led to the call. */
  traceparent?: string;
}

/** The order's state after an activity, from which the orchestration continues. */
export interface OrderProgress {
  state: OrderState;
  version: number;
  /** The deadline of the current wait (ISO 8601). */
  deadline?: string;
  /** Whether the order has or had a number. An order that ends without one returns its scan. */
  numbered?: boolean;
  reason?: RefusalReason;
}
export type GiveBackScan = OrderRef & {
  customerId: string;
  window: string;
  /** Id of the event that ended the order. */
  causationid?: string;
};
