import { traceOf } from "../recorder/trace-parent.ts";
import type { Delivery } from "./journal.ts";
import type { GridEvent } from "./schema.ts";

/** What deliveries in memory come from. It is not kept over a restart, as what is recorded is not. */
const causes = new WeakMap<Delivery, number>();

/** Notes what a delivery comes from, as the id of a span. */
export function causedBy(delivery: Delivery, cause: number): Delivery {
  if (cause > 0) causes.set(delivery, cause);
  return delivery;
}

/** What a delivery comes from: none or one. */
export function causesOf(delivery: Delivery): number[] {
  const cause = causes.get(delivery);
  return cause === undefined ? [] : [cause];
}

/** What an event is about. `correlationid` is no part of CloudEvents, but what many put into them. */
export function keysOf(event: GridEvent): string[] {
  const { id, subject, correlationid } = event as Record<string, unknown>;
  return [
    `event:${String(id)}`,
    ...(typeof subject === "string" && subject !== "" ? [`subject:${subject}`] : []),
    ...(typeof correlationid === "string" ? [`correlation:${correlationid}`] : []),
  ];
}

/** The trace that an event says that it belongs to, by the extension of CloudEvents for that. */
export const traceOfEvent = (event: GridEvent): string | undefined =>
  traceOf((event as Record<string, unknown>).traceparent);
