import type { OrderSignal, OrderStart } from "../../contracts/workflow.ts";
import type { Order } from "./order.ts";

/** A submitted order should have its number after this many ms. */
export const numberedWithin = 15_000;
/** An order past its deadline by this many ms was forgotten by its workflow. */
export const forgottenAfter = 60_000;

/** What the workflow of an order is told, whoever sees that it has missed something. Pure. */
export function signalOf({ state, version, number, start: { traceparent } }: Order): OrderSignal {
  return { state, version, numbered: number !== undefined, ...(traceparent && { traceparent }) };
}

/** What the workflow of an order was started with, to start it again. Pure. */
export function startOf({ id: orderId, storeId, customerId, start }: Order): OrderStart {
  return { orderId, storeId, customerId, ...start };
}
