import { longest } from "../recorder/bodies.ts";
import { traceOf } from "../recorder/trace-parent.ts";
import type { Delivery } from "./journal.ts";
import type { GridEvent } from "./schema.ts";

/** The causes of deliveries in memory. Like the recording, they are not kept across a restart. */
const causes = new WeakMap<Delivery, number>();

/** Sets the cause of a delivery, the id of a span. */
export function causedBy(delivery: Delivery, cause: number): Delivery {
  if (cause > 0) causes.set(delivery, cause);
  return delivery;
}

/** The cause of a delivery, if any. */
export function causesOf(delivery: Delivery): number[] {
  const cause = causes.get(delivery);
  return cause === undefined ? [] : [cause];
}

/**
 * A list of events for the recording, by its existing JSON text, which takes less memory than the objects. A text so long that it
 * would be truncated is not used.
 */
export const listAsKept = (events: readonly GridEvent[], text: string): unknown =>
  text.length <= longest ? text : events;

/** A delivery for the recording, in the same way: one event, or a batch. */
export function deliveryAsKept(events: readonly GridEvent[], body: string): Record<string, unknown> {
  const [first] = events;
  if (events.length > 1) return { events: listAsKept(events, body) };
  if (body.length > longest) return { event: first };
  return { event: body.startsWith("[") ? body.slice(1, -1) : body };
}

/** The keys by which an event can be found. `correlationid` is not part of CloudEvents, but a common extension. */
export function keysOf(event: GridEvent): string[] {
  const { id, subject, correlationid } = event as Record<string, unknown>;
  const keys = [`event:${String(id)}`];
  if (typeof subject === "string" && subject !== "") keys.push(`subject:${subject}`);
  if (typeof correlationid === "string") keys.push(`correlation:${correlationid}`);
  return keys;
}

/** The trace of an event, from the CloudEvents extension for distributed tracing. */
export const traceOfEvent = (event: GridEvent): string | undefined =>
  traceOf((event as Record<string, unknown>).traceparent);
