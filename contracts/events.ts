import * as z from "zod";
import { fewProblems, type PlacedProblem, placeOf } from "./bounded.ts";
import { catalogPage } from "./catalog.ts";
import { customerId, moment, orderId, storeId } from "./common.ts";
import { notice } from "./notice.ts";
import { codeWindow, orderView, queueView } from "./order.ts";
import { refusedScans } from "./scans.ts";

/** The schema of an event's data, with what the event means and when it is published. */
function data<T extends z.ZodRawShape>(title: string, description: string, shape: T): z.ZodObject<T> {
  return z.object(shape).meta({ title, description });
}
/** The event types that were released before the state `uncollected` existed never contain it. */
const earlierView = orderView
  .extend({ state: orderView.shape.state.exclude(["uncollected"]).describe(orderView.shape.state.description ?? "") })
  .describe(orderView.description ?? "") as unknown as typeof orderView;
const ofOrder = (title: string, description: string) => data(title, description, { order: earlierView });
const ofCode = (title: string, description: string) => data(title, description, { window: codeWindow });

/**
 * The schema of each event's data, by type. An event contains what a screen needs and little else; never a phone number, a token or a valid code.
 * A released schema may only gain optional fields. Any other change needs a new major version beside it.
 */
export const eventData = {
  "crema.code.scanned.v1": data(
    "A scan was accepted",
    "Published when a signed-in customer has scanned the code on a display: an order begins.",
    {
      window: codeWindow,
      orderId: orderId.describe("The new order; its orchestration gets the same id."),
      customerId: customerId.describe("Who scanned."),
    },
  ),
  "crema.code.held.v1": ofCode(
    "A scan is held",
    "Published when somebody who is not signed in has scanned the code. One scan is held for them while they sign in, and returned if that takes too long.",
  ),
  "crema.code.returned.v1": ofCode(
    "Scans were returned",
    "Published when an order ended without a number, or when a hold expired.",
  ),
  "crema.code.exhausted.v1": ofCode(
    "The code is used up",
    "Published when the last scan was accepted or held. Displays hide the code until the next window.",
  ),
  "crema.code.rotated.v1": ofCode(
    "Displays show a new code",
    "Published when the first display requests the code of a new window.",
  ),
  "crema.scans.refused.v1": data(
    "Scans were refused",
    "Published once for each five minutes in which scans were refused before they began an order. Reasons: the code is used up, expired or unknown, the store is closed or paused, or there were too many attempts. Contains no ids of people.",
    { refused: refusedScans },
  ),
  "crema.order.admitted.v1": ofOrder(
    "A customer was admitted",
    "Published when the orchestration has found a place in the queue: the customer may choose.",
  ),
  "crema.order.refused.v1": ofOrder(
    "A customer was not admitted",
    "Published when the store is closed or paused, the queue is full, or the customer has reached a limit.",
  ),
  "crema.order.submitted.v1": ofOrder(
    "A drink was chosen",
    "Published when the customer has submitted a choice. The order usually gets its number in the same change. If it has none, for instance an order at the counter, the orchestration assigns it.",
  ),
  "crema.order.queued.v1": ofOrder(
    "The order has its number",
    "Published when the order was numbered, usually together with its submission. Baristas may begin, and displays show it.",
  ),
  "crema.order.claimed.v1": ofOrder("A barista makes it", "Published when a barista has claimed the order."),
  "crema.order.released.v1": ofOrder(
    "It went back to the queue",
    "Published when the barista who was making the order, or an admin, has released it.",
  ),
  "crema.order.ready.v1": ofOrder(
    "The drink is made",
    "Published when a barista marks the order as ready. Its place in the queue is free again, and the orchestration ends.",
  ),
  "crema.order.collected.v1": ofOrder(
    "The drink was handed over",
    "Published when a barista marks the order as collected.",
  ),
  "crema.order.uncollected.v1": data(
    "Nobody fetched it",
    "Published when a barista gives the order up, or when the business day in which it was ready is over.",
    { order: orderView },
  ),
  "crema.order.called.v1": ofOrder(
    "Its customer is called again",
    "Published when a ready order was not fetched within the time that the store sets, and whenever a barista calls.",
  ),
  "crema.order.recalled.v1": ofOrder(
    "The order was recalled",
    "Published when a barista corrects a mistake: the order is not made yet, not handed over, or was cancelled by mistake. An order that is back at the bar gets a new orchestration.",
  ),
  "crema.order.cancelled.v1": ofOrder(
    "The order was cancelled",
    "Published when the customer cancelled the order, or a barista did with a reason.",
  ),
  "crema.order.expired.v1": ofOrder(
    "The order expired",
    "Published when the customer did not choose, or the bar did not make the drink, within the time that the store sets.",
  ),
  "crema.queue.changed.v1": data(
    "The queue is longer or shorter",
    "Published by the outbox from the queue document itself. Contains the latest value; intermediate values may be skipped.",
    { queue: queueView },
  ),
  "crema.store.changed.v1": data(
    "The store's settings changed",
    "Published when an edited store document was valid and became part of the catalog.",
    {
      page: catalogPage,
    },
  ),
  "crema.menu.changed.v1": data(
    "The menu changed",
    "Published when a drink was added, changed or removed and the menu was valid.",
    {
      page: catalogPage,
    },
  ),
  "crema.staff.changed.v1": data(
    "Somebody lost a role",
    "Published when somebody lost a role: the staff groups of earlier epochs are no longer used. Contains no ids of people.",
    { epoch: z.int().positive().describe("The number at the end of the names of the staff groups from now on.") },
  ),
  "crema.customer.deleted.v1": data(
    "A customer is to be forgotten",
    "Published for each store, some minutes after a customer's data was deleted, and again two days later for data that arrived late. Each subscriber deletes what it holds under this id, or removes the id from it. The subject ends with `/customers/<customerId>`. The event is not archived.",
    { customerId },
  ),
  "crema.config.rejected.v1": data(
    "An edited document is invalid",
    "Published when an edit breaks a rule, for instance one made directly in Cosmos DB. Screens keep the last valid version.",
    {
      documentId: z
        .string()
        .describe(
          "The id of the document. In the id of a staff document only the last digits of the phone number are visible.",
        ),
      problems: z
        .array(
          z.object({
            path: z.string().describe("The place in the document."),
            message: z.string().describe("What is wrong: a text that continues the place."),
          }),
        )
        .describe("The mistakes, each with its place."),
    },
  ),
  "crema.notice.published.v1": data(
    "An extension shows a notice",
    "Published by the outbox from the notice itself when it was created, changed or withdrawn. Contains the latest version; intermediate versions may be skipped.",
    { notice },
  ),
} as const;

export type EventType = keyof typeof eventData;
export type EventData<T extends EventType> = z.infer<(typeof eventData)[T]>;
export type OrderEventType = Extract<EventType, `crema.order.${string}`>;
export const eventTypes = Object.keys(eventData) as EventType[];

/** The envelope: CloudEvents 1.0 with our extension attributes. */
export const envelope = z.object({
  specversion: z.literal("1.0").describe("The version of CloudEvents."),
  id: z
    .string()
    .min(1)
    .max(200)
    .describe("The event's id: the same in every delivery and retry, so that consumers can be idempotent."),
  type: z.enum(eventTypes as [EventType, ...EventType[]]).describe("What happened: `crema.<thing>.<what>.v<major>`."),
  source: z
    .string()
    .regex(/^\/crema\/[a-z]+$/)
    .describe("The publisher: `/crema/<service>`."),
  subject: z
    .string()
    .startsWith("stores/")
    .describe(
      "What the event is about: `stores/<storeId>/orders/<orderId>`, or `/codes/<opensAt>`, `/store`, `/menu`, `/staff`, `/queue`, `/scans/<from>`, `/config/<documentId>`, `/notices/<noticeId>` of the store.",
    ),
  time: moment.describe("When it happened."),
  datacontenttype: z.literal("application/json").optional().describe("The format of the data."),
  sequence: z
    .string()
    .regex(/^\d{10}$/)
    .describe("The version of the subject, with ten digits, so that sorting it as text sorts it as a number."),
  correlationid: z.string().describe("The order's id, or the id of the first event of the chain."),
  causationid: z.string().optional().describe("The id of the event that led to this one."),
  traceparent: z.string().optional().describe("The W3C trace context; one order is one trace."),
  replay: z.string().optional().describe("On an event that is replayed from the archive: the id of the replay."),
});

export type CremaEvent<T extends EventType = EventType> = {
  [K in T]: Omit<z.infer<typeof envelope>, "type"> & { type: K; data: EventData<K> };
}[T];

/** The envelope of an extension's events. Its source is `/crema/<extension>`; the names of extensions may contain digits and hyphens. */
const extensionEnvelope = envelope.extend({
  source: z
    .string()
    .regex(/^\/crema\/[a-z][a-z0-9-]{0,39}$/)
    .describe("The publisher: `/crema/<extension>`."),
});

/** The envelope that belongs to a type of event. */
export function envelopeOf(type: EventType): typeof envelope {
  return type === "crema.notice.published.v1" ? extensionEnvelope : envelope;
}

/** A moment as whoever passed the event on may write it (RFC 3339), made one of ours: CloudEvents do not say that it stays the same text. */
const momentAgain = z.iso.datetime({ offset: true }).transform((time) => new Date(time).toISOString());
const asDelivered = { time: momentAgain, data: z.unknown() };
/** An event before its data is parsed. Created once, because zod compiles a schema at its first use. */
const delivered = envelope.extend(asDelivered).loose();
const deliveredByExtension = extensionEnvelope.extend(asDelivered).loose();

/** Parses a value into an event, or says what is wrong with it. Unknown attributes are kept. */
export function parseEvent(value: unknown): { event: CremaEvent } | { problems: { path: string; message: string }[] } {
  const { type } = (value ?? {}) as { type?: EventType };
  const parsed = (type && envelopeOf(type) === extensionEnvelope ? deliveredByExtension : delivered).safeParse(value);
  if (!parsed.success) return { problems: problemsOf(parsed.error) };
  const data = eventData[parsed.data.type].safeParse(parsed.data.data);
  if (!data.success) return { problems: problemsOf(data.error).map((p) => ({ ...p, path: `data.${p.path}` })) };
  return { event: { ...parsed.data, data: data.data } as CremaEvent };
}

/** The problems of a failed validation, each with its place. */
export function problemsOf(error: z.ZodError): PlacedProblem[] {
  return fewProblems(error.issues.map(({ path, message }) => ({ path: placeOf(path), message })));
}

/** Formats the version of an order, page or window as the attribute `sequence`. */
export function sequenceOf(version: number): string {
  return String(version).padStart(10, "0");
}

/** The id of the event that belongs to a version of an order. */
export function orderEventId(orderId: string, version: number): string {
  return `${orderId}-${version}`;
}

/** The id of the store in an event's subject. */
export function storeOf(subject: string): string {
  return storeId.parse(subject.split("/")[1]);
}
