import * as z from "zod";
import { fewProblems, type PlacedProblem, placeOf } from "./bounded.ts";
import { catalogPage } from "./catalog.ts";
import { customerId, moment, orderId, storeId } from "./common.ts";
import { codeWindow, orderView, queueView } from "./order.ts";

const orderData = z.object({ order: orderView });
const codeData = z.object({ window: codeWindow });

/**
 * The data of every event, by type. Fat where a screen needs it, thin otherwise; never a phone number, a token or a live QR code.
 * A released schema only ever grows by optional fields; anything else is a new major version beside it.
 */
export const eventData = {
  "crema.code.scanned.v1": z.object({ window: codeWindow, orderId, customerId }),
  /** A scan is kept for somebody who signs in; when that takes too long, it is returned. */
  "crema.code.held.v1": codeData,
  "crema.code.returned.v1": codeData,
  "crema.code.exhausted.v1": codeData,
  "crema.code.rotated.v1": codeData,
  "crema.order.admitted.v1": orderData,
  "crema.order.refused.v1": orderData,
  "crema.order.submitted.v1": orderData,
  "crema.order.queued.v1": orderData,
  "crema.order.claimed.v1": orderData,
  "crema.order.released.v1": orderData,
  "crema.order.ready.v1": orderData,
  "crema.order.collected.v1": orderData,
  "crema.order.cancelled.v1": orderData,
  "crema.order.expired.v1": orderData,
  /** Told by the outbox from the queue document itself: the latest value, not every one. */
  "crema.queue.changed.v1": z.object({ queue: queueView }),
  "crema.store.changed.v1": z.object({ page: catalogPage }),
  "crema.menu.changed.v1": z.object({ page: catalogPage }),
  /** Somebody lost a role: the groups of staff of the epochs before this one are over. Nobody is named. */
  "crema.staff.changed.v1": z.object({ epoch: z.int().positive() }),
  "crema.config.rejected.v1": z.object({
    documentId: z.string(),
    problems: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
} as const;

export type EventType = keyof typeof eventData;
export type EventData<T extends EventType> = z.infer<(typeof eventData)[T]>;
export type OrderEventType = Extract<EventType, `crema.order.${string}`>;
export const eventTypes = Object.keys(eventData) as EventType[];

/** The envelope: CloudEvents 1.0 with our extension attributes. */
export const envelope = z.object({
  specversion: z.literal("1.0"),
  /** One fact, one id: the same in every delivery and every retry. */
  id: z.string().min(1).max(200),
  type: z.enum(eventTypes as [EventType, ...EventType[]]),
  /** `/crema/<service>` */
  source: z.string().regex(/^\/crema\/[a-z]+$/),
  /** `stores/<storeId>/orders/<orderId>`, `/codes/<opensAt>`, `/menu`, `/staff`, `/queue`, `/config/<documentId>` */
  subject: z.string().startsWith("stores/"),
  time: moment,
  datacontenttype: z.literal("application/json").optional(),
  /** The version of what it tells of, ten digits, so that order by text is order by number. */
  sequence: z.string().regex(/^\d{10}$/),
  /** The order's id, or the id of the fact that all this began with. */
  correlationid: z.string(),
  /** The id of the event that led to this one. */
  causationid: z.string().optional(),
  traceparent: z.string().optional(),
  /** Present on an event that is told again from the archive. */
  replay: z.string().optional(),
});

export type CremaEvent<T extends EventType = EventType> = {
  [K in T]: Omit<z.infer<typeof envelope>, "type"> & { type: K; data: EventData<K> };
}[T];

/** What arrives before its data has been looked at. Made once: a zod schema is compiled at its first use. */
const delivered = envelope.extend({ data: z.unknown() }).loose();

/** What is wrong with a thing that should be an event, or the event. Attributes we do not know are kept. */
export function parseEvent(value: unknown): { event: CremaEvent } | { problems: { path: string; message: string }[] } {
  const parsed = delivered.safeParse(value);
  if (!parsed.success) return { problems: problemsOf(parsed.error) };
  const data = eventData[parsed.data.type].safeParse(parsed.data.data);
  if (!data.success) return { problems: problemsOf(data.error).map((p) => ({ ...p, path: `data.${p.path}` })) };
  return { event: { ...parsed.data, data: data.data } as CremaEvent };
}

/** The problems of a failed check, each with its place. */
export function problemsOf(error: z.ZodError): PlacedProblem[] {
  return fewProblems(error.issues.map(({ path, message }) => ({ path: placeOf(path), message })));
}

/** The version of an order, page or window as the attribute `sequence`. */
export function sequenceOf(version: number): string {
  return String(version).padStart(10, "0");
}

/** The id of the event that tells of an order's version. */
export function orderEventId(orderId: string, version: number): string {
  return `${orderId}-${version}`;
}

/** The store that an event tells of. */
export function storeOf(subject: string): string {
  return storeId.parse(subject.split("/")[1]);
}
