import { type OrderResumption, type OrderSignal, type OrderStart, workflowIdOf } from "../../contracts/workflow.ts";
import { type Order, progressOf } from "./order.ts";

/** After this time (ms), a submitted order should have its number. */
export const numberedWithin = 15_000;
/** An order that is past its deadline by this time (ms) was lost by its orchestration. */
export const forgottenAfter = 60_000;

/** The external event for an orchestration that has missed one. Pure. */
export function signalOf({ state, version, number, start: { traceparent } }: Order): OrderSignal {
  return { state, version, numbered: number !== undefined, ...(traceparent && { traceparent }) };
}

/**
 * The input to start an order's orchestration again. For a recalled order it is that of the current orchestration. For an order at the counter it
 * continues from the current state. Pure.
 */
export function startOf(order: Order): OrderStart | OrderResumption {
  const { id: orderId, storeId, customerId, start } = order;
  const { window, causationid, scan, traceparent } = start;
  if (window !== undefined && causationid !== undefined && workflowIdOf(order) === orderId) {
    return {
      orderId,
      storeId,
      customerId,
      window,
      causationid,
      ...(scan && { scan }),
      ...(traceparent && { traceparent }),
    };
  }
  return { orderId, storeId, from: progressOf(order), ...(traceparent && { traceparent }) };
}
