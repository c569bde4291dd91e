import * as z from "zod";
import { fewProblems, type PlacedProblem, placeOf } from "./bounded.ts";
import { catalogPage } from "./catalog.ts";
import { customerId, moment, orderId, storeId } from "./common.ts";
import { notice } from "./notice.ts";
import { codeWindow, orderView, queueView } from "./order.ts";
import { refusedScans } from "./scans.ts";

/** The data of an event: what it means, and when it is told. */
function data<T extends z.ZodRawShape>(title: string, description: string, shape: T): z.ZodObject<T> {
  return z.object(shape).meta({ title, description });
}
/** Events that were released before orders could be `uncollected` never tell of one that is. */
const earlierView = orderView
  .extend({ state: orderView.shape.state.exclude(["uncollected"]).describe(orderView.shape.state.description ?? "") })
  .describe(orderView.description ?? "") as unknown as typeof orderView;
const ofOrder = (title: string, description: string) => data(title, description, { order: earlierView });
const ofCode = (title: string, description: string) => data(title, description, { window: codeWindow });

/**
 * The data of every event, by type. Fat where a screen needs it, thin otherwise; never a phone number, a token or a live QR code.
 * A released schema only ever grows by optional fields; anything else is a new major version beside it.
 */
export const eventData = {
  "crema.code.scanned.v1": data(
    "A scan was taken",
    "Told when somebody who is signed in has scanned the code on a display: an order begins.",
    {
      window: codeWindow,
      orderId: orderId.describe("The order that begins; its workflow gets the same id."),
      customerId: customerId.describe("Who scanned."),
    },
  ),
  "crema.code.held.v1": ofCode(
    "A scan is kept",
    "Told when somebody scanned who has to sign in first: one of the scans is kept for them, and returned when that takes too long.",
  ),
  "crema.code.returned.v1": ofCode(
    "Scans came back",
    "Told when an order ended without a number, or a scan that was kept is not waited for any longer.",
  ),
  "crema.code.exhausted.v1": ofCode(
    "The code is used up",
    "Told with the last scan that was taken or kept: displays hide the code until the next window.",
  ),
  "crema.code.rotated.v1": ofCode(
    "A new code stands on the displays",
    "Told when the first display asks for the code of a window that has begun.",
  ),
  "crema.scans.refused.v1": data(
    "Scans were refused",
    "Told once for each five minutes in which scans were refused before they could begin an order: the code used up, over or unknown, the store closed or paused, too many tries. Nobody is named.",
    { refused: refusedScans },
  ),
  "crema.order.admitted.v1": ofOrder(
    "A customer was let in",
    "Told when the workflow has found a place in the queue: the customer may choose.",
  ),
  "crema.order.refused.v1": ofOrder(
    "A customer was not let in",
    "Told when the store is closed, the queue is full, or the customer has as many orders as are allowed.",
  ),
  "crema.order.submitted.v1": ofOrder(
    "A drink was chosen",
    "Told when the choice was sent. The number comes with it; to an order that has none, such as one placed at the counter, its workflow gives it.",
  ),
  "crema.order.queued.v1": ofOrder(
    "The order has its number",
    "Told when it was numbered, mostly together with its choice: baristas may begin, and displays show it.",
  ),
  "crema.order.claimed.v1": ofOrder("A barista makes it", "Told when a barista has begun."),
  "crema.order.released.v1": ofOrder(
    "It went back to the queue",
    "Told when the barista who made it, or an admin, has given it back.",
  ),
  "crema.order.ready.v1": ofOrder(
    "The drink is made",
    "Told when a barista says so. Its place in the queue is free again, and the workflow ends.",
  ),
  "crema.order.collected.v1": ofOrder("The drink was handed over", "Told when a barista says so."),
  "crema.order.uncollected.v1": data(
    "Nobody fetched it",
    "Told when a barista says so, or when the business day in which it was ready is over.",
    { order: orderView },
  ),
  "crema.order.called.v1": ofOrder(
    "Its customer is called again",
    "Told when a ready order was not fetched for as long as the store waits, and whenever a barista calls.",
  ),
  "crema.order.recalled.v1": ofOrder(
    "It was taken back",
    "Told when a barista says that it is not made yet, not handed over, or was cancelled by mistake. Back at the bar it has a workflow anew.",
  ),
  "crema.order.cancelled.v1": ofOrder(
    "The order was cancelled",
    "Told when its customer gave it up, or a barista ended it with a reason.",
  ),
  "crema.order.expired.v1": ofOrder(
    "Time ran out",
    "Told when the customer did not choose, or the bar did not make it, within the time that the store allows.",
  ),
  "crema.queue.changed.v1": data(
    "The queue is longer or shorter",
    "Told by the outbox from the queue document itself: the latest value, not every one.",
    { queue: queueView },
  ),
  "crema.store.changed.v1": data(
    "The store's settings are others",
    "Told when an edited store document was found good and published.",
    {
      page: catalogPage,
    },
  ),
  "crema.menu.changed.v1": data(
    "The menu is another",
    "Told when an edited drink, or one that came or went, was found good and published.",
    {
      page: catalogPage,
    },
  ),
  "crema.staff.changed.v1": data(
    "Somebody lost a role",
    "Told when a role was taken away: the groups of staff of the epochs before this one are over. Nobody is named.",
    { epoch: z.int().positive().describe("The number that the names of the groups of staff end with from now on.") },
  ),
  "crema.customer.deleted.v1": data(
    "A customer is to be forgotten",
    "Told for each store, some minutes after somebody had their data deleted, and once more two days later for what came late: whoever holds anything under this id deletes it, or takes the id out. Its subject ends with `/customers/<customerId>`; it is kept in no archive.",
    { customerId },
  ),
  "crema.config.rejected.v1": data(
    "An edited document is not good",
    "Told when an edit, made by hand in Cosmos DB for instance, breaks a rule. The last good one stays what screens show.",
    {
      documentId: z.string().describe("Which document; of staff, without the phone number but for its end."),
      problems: z
        .array(
          z.object({
            path: z.string().describe("Where in the document."),
            message: z.string().describe("What is wrong, in words that go on from the place."),
          }),
        )
        .describe("What is wrong, place by place."),
    },
  ),
  "crema.notice.published.v1": data(
    "An extension speaks on screens",
    "Told by the outbox from the notice itself when one is said, said differently or taken back: the latest version, not every one.",
    { notice },
  ),
} as const;

export type EventType = keyof typeof eventData;
export type EventData<T extends EventType> = z.infer<(typeof eventData)[T]>;
export type OrderEventType = Extract<EventType, `crema.order.${string}`>;
export const eventTypes = Object.keys(eventData) as EventType[];

/** The envelope: CloudEvents 1.0 with our extension attributes. */
export const envelope = z.object({
  specversion: z.literal("1.0").describe("Of CloudEvents."),
  id: z.string().min(1).max(200).describe("One fact, one id: the same in every delivery and every retry."),
  type: z.enum(eventTypes as [EventType, ...EventType[]]).describe("What happened: `crema.<thing>.<what>.v<major>`."),
  source: z
    .string()
    .regex(/^\/crema\/[a-z]+$/)
    .describe("Who tells: `/crema/<service>`."),
  subject: z
    .string()
    .startsWith("stores/")
    .describe(
      "What it tells of: `stores/<storeId>/orders/<orderId>`, or `/codes/<opensAt>`, `/store`, `/menu`, `/staff`, `/queue`, `/scans/<from>`, `/config/<documentId>`, `/notices/<noticeId>` of the store.",
    ),
  time: moment.describe("When it happened."),
  datacontenttype: z.literal("application/json").optional().describe("What the data is written in."),
  sequence: z
    .string()
    .regex(/^\d{10}$/)
    .describe("The version of what it tells of, ten digits, so that order by text is order by number."),
  correlationid: z.string().describe("The order's id, or the id of the fact that all this began with."),
  causationid: z.string().optional().describe("The id of the event that led to this one."),
  traceparent: z.string().optional().describe("The trace that it belongs to (W3C): one order is one trace."),
  replay: z.string().optional().describe("The run's id, on an event that is told again from the archive."),
});

export type CremaEvent<T extends EventType = EventType> = {
  [K in T]: Omit<z.infer<typeof envelope>, "type"> & { type: K; data: EventData<K> };
}[T];

/** The envelope of what an extension tells: `/crema/<extension>`, where services have plainer names. */
const extensionEnvelope = envelope.extend({
  source: z
    .string()
    .regex(/^\/crema\/[a-z][a-z0-9-]{0,39}$/)
    .describe("Who tells: `/crema/<extension>`."),
});

/** The envelope of events of a type. */
export function envelopeOf(type: EventType): typeof envelope {
  return type === "crema.notice.published.v1" ? extensionEnvelope : envelope;
}

/** What arrives before its data has been looked at. Made once: a zod schema is compiled at its first use. */
const delivered = envelope.extend({ data: z.unknown() }).loose();
const deliveredByExtension = extensionEnvelope.extend({ data: z.unknown() }).loose();

/** What is wrong with a thing that should be an event, or the event. Attributes we do not know are kept. */
export function parseEvent(value: unknown): { event: CremaEvent } | { problems: { path: string; message: string }[] } {
  const { type } = (value ?? {}) as { type?: EventType };
  const parsed = (type && envelopeOf(type) === extensionEnvelope ? deliveredByExtension : delivered).safeParse(value);
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
