import { type OrderResumption, type OrderSignal, type OrderStart, workflowIdOf } from "../../contracts/workflow.ts";
import { type Order, progressOf } from "./order.ts";

/** A submitted order should have its number after this many ms. */
export const numberedWithin = 15_000;
/** An order past its deadline by this many ms was forgotten by its workflow. */
export const forgottenAfter = 60_000;

/** What the workflow of an order is told, whoever sees that it has missed something. Pure. */
export function signalOf({ state, version, number, start: { traceparent } }: Order): OrderSignal {
  return { state, version, numbered: number !== undefined, ...(traceparent && { traceparent }) };
}

/**
 * What the workflow of an order was started with, to start it again: of one that was recalled, the one that drives it now; of one that was placed at the
 * counter, one that goes on from where it stands. Pure.
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
