import { type CremaEvent, storeOf } from "./events.ts";
import type { OrderStart } from "./workflow.ts";

/** The input of an order's orchestration, made from the scan event. Pure. */
export function startOfScan(event: CremaEvent<"crema.code.scanned.v1">): OrderStart {
  const { orderId, customerId, window } = event.data;
  return {
    orderId,
    storeId: storeOf(event.subject),
    customerId,
    window: window.opensAt,
    causationid: event.id,
    scan: { at: event.time, sequence: event.sequence },
    ...(event.traceparent && { traceparent: event.traceparent }),
  };
}
