import { longest } from "../recorder/bodies.ts";
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

/**
 * A list of events for the record, by its JSON, which there is already: a text is kept more cheaply than what it was made of. One that is so long that it
 * would be cut stays as it is.
 */
export const listAsKept = (events: readonly GridEvent[], text: string): unknown =>
  text.length <= longest ? text : events;

/** What is delivered, in the same way: one event, or several at once. */
export function deliveryAsKept(events: readonly GridEvent[], body: string): Record<string, unknown> {
  const [first] = events;
  if (events.length > 1) return { events: listAsKept(events, body) };
  if (body.length > longest) return { event: first };
  return { event: body.startsWith("[") ? body.slice(1, -1) : body };
}

/** What an event is about. `correlationid` is no part of CloudEvents, but what many put into them. */
export function keysOf(event: GridEvent): string[] {
  const { id, subject, correlationid } = event as Record<string, unknown>;
  const keys = [`event:${String(id)}`];
  if (typeof subject === "string" && subject !== "") keys.push(`subject:${subject}`);
  if (typeof correlationid === "string") keys.push(`correlation:${correlationid}`);
  return keys;
}

/** The trace that an event says that it belongs to, by the extension of CloudEvents for that. */
export const traceOfEvent = (event: GridEvent): string | undefined =>
  traceOf((event as Record<string, unknown>).traceparent);
