import type * as z from "zod";
import {
  type CremaEvent,
  type EventType,
  eventData,
  eventTypes,
  orderEventId,
  parseEvent,
  sequenceOf,
} from "../../contracts/events.ts";
import type { Notice } from "../../contracts/notice.ts";
import type { OrderView } from "../../contracts/order.ts";
import type { OrderState } from "../../contracts/order-states.ts";
import { jsonSchema } from "./json-schema.ts";
import { type Known, sampleValue } from "./sample-value.ts";

/** Each exceptional end belongs to an order of its own. */
const orderIdOf = (what: string) =>
  `00000000-0000-4000-8000-00000000000${["", "refused", "cancelled", "expired", "recalled", "uncollected", "called"].indexOf(what) + 1 || 1}`;
const orderId = orderIdOf("");
const window = "2026-06-15T10:05:00.000Z";
const noticeId = "notice:tally:today";

/** Realistic values for some paths; all others follow from the schemas. The first match counts. */
const values: [RegExp, unknown][] = [
  [/(^|\.)storeId$/, "main"],
  [/(^|\.)customerId$/, "customer-00000001"],
  [/(^|\.)(orderId|openOrderId)$|^order\.id$/, orderId],
  [/^order\.version$/, 7],
  [/^order\.number$/, 42],
  [/(^|\.)drink\.id$|^page\.menu\[\]\.id$/, "drink:flat-white"],
  [/(^|\.)drink\.name$|^page\.menu\[\]\.name$/, "Flat White"],
  [/description$/, "double, velvety"],
  [/icon$/, "cup-steam"],
  [/\.group$|options\[\]\.id$/, "milk"],
  [/groupName$|options\[\]\.name$/, "Milk"],
  [/\.choice$|choices\[\]\.id$|options\[\]\.default$/, "oat"],
  [/choiceName$|choices\[\]\.name$/, "Oat"],
  [/barista\.id$/, "barista-00000001"],
  [/barista\.name$/, "Bea"],
  [/store\.name$/, "Main stand"],
  [/timeZone$/, "Europe/Berlin"],
  [/store\.opensAt$/, "2026-06-16T06:00:00.000Z"],
  [/store\.closesAt$/, "2026-06-15T15:50:00.000Z"],
  [/options\[\]\.shared$/, "options:milk"],
  [/choices\[\]\.available$/, true],
  [/pausedUntil$/, "2026-06-15T10:15:00.000Z"],
  [/pauseReason$/, "Cleaning the machine"],
  [/opensAt$/, window],
  [/closesAt$/, "2026-06-15T10:10:00.000Z"],
  [/heldUntil$/, "2026-06-15T10:06:30.000Z"],
  [/^refused\.from$/, window],
  [/^refused\.until$/, "2026-06-15T10:10:00.000Z"],
  [/^refused\.counts$/, { "code-exhausted": 3, "code-over": 1 }],
  [/^refused\.more$/, false],
  [/^window\.scans$/, 10],
  [/^window\.scansLeft$/, 9],
  [/^window\.version$/, 2],
  [/codeMinutes$|choosingMinutes$/, 5],
  [/makingMinutes$/, 15],
  [/capacity$/, 20],
  [/scansPerCode$/, 10],
  [/recalled\[\]\.at$/, "2026-06-15T10:12:00.000Z"],
  [/recalled\[\]\.from$/, "ready"],
  [/recalled\[\]\.since$/, "2026-06-15T10:10:00.000Z"],
  [/calledAt$/, "2026-06-15T10:20:00.000Z"],
  [/notFetchedMinutes$/, 10],
  [/agingMinutes$/, 2],
  [/lateMinutes$/, 5],
  [/createdAt$/, "2026-06-15T10:05:30.000Z"],
  [/submittedAt$/, "2026-06-15T10:06:10.000Z"],
  [/queuedAt$/, "2026-06-15T10:06:11.000Z"],
  [/claimedAt$/, "2026-06-15T10:08:00.000Z"],
  [/readyAt$/, "2026-06-15T10:10:00.000Z"],
  [/endedAt$/, "2026-06-15T10:11:00.000Z"],
  [/publishedAt$/, "2026-06-15T10:05:00.000Z"],
  [/deadline$/, "2026-06-15T10:21:10.000Z"],
  [/documentId$/, "drink:flat-white"],
  [/problems\[\]\.path$/, "name"],
  [/problems\[\]\.message$/, "is empty"],
  [
    /^notice$/,
    {
      storeId: "main",
      id: noticeId,
      source: "tally",
      audience: "display",
      text: { en: "132 coffees today, most loved: Flat White", de: "132 Kaffees heute, am beliebtesten: Flat White" },
      icon: "heart",
      until: "2026-06-15T22:00:00.000Z",
      version: Date.parse("2026-06-15T10:05:30.000Z") / 1000,
      at: "2026-06-15T10:05:30.000Z",
    } satisfies Notice,
  ],
];
const known: Known = (place) => values.find(([at]) => at.test(place))?.[1];

/** The state of an order in the event of each step, and the fields that it does not have yet. */
const steps: Record<string, { state: OrderState; version: number; at: keyof OrderView; without: (keyof OrderView)[] }> =
  {
    refused: {
      state: "refused",
      version: 1,
      at: "createdAt",
      without: ["number", "drink", "options", "deadline", "submittedAt", "queuedAt", "claimedAt", "readyAt", "barista"],
    },
    admitted: {
      state: "choosing",
      version: 1,
      at: "createdAt",
      without: [
        "number",
        "drink",
        "options",
        "submittedAt",
        "queuedAt",
        "claimedAt",
        "readyAt",
        "endedAt",
        "barista",
        "end",
      ],
    },
    submitted: {
      state: "submitted",
      version: 2,
      at: "submittedAt",
      without: ["number", "queuedAt", "claimedAt", "readyAt", "endedAt", "barista", "end"],
    },
    queued: {
      state: "queued",
      version: 3,
      at: "queuedAt",
      without: ["claimedAt", "readyAt", "endedAt", "barista", "end"],
    },
    claimed: { state: "making", version: 4, at: "claimedAt", without: ["readyAt", "endedAt", "end"] },
    released: {
      state: "queued",
      version: 5,
      at: "queuedAt",
      without: ["claimedAt", "readyAt", "endedAt", "barista", "end"],
    },
    ready: { state: "ready", version: 7, at: "readyAt", without: ["deadline", "endedAt", "end"] },
    collected: { state: "collected", version: 8, at: "endedAt", without: ["deadline", "end"] },
    uncollected: { state: "uncollected", version: 9, at: "endedAt", without: ["deadline"] },
    called: { state: "ready", version: 8, at: "calledAt", without: ["deadline", "endedAt", "end"] },
    recalled: { state: "making", version: 8, at: "claimedAt", without: ["readyAt", "calledAt", "endedAt", "end"] },
    cancelled: { state: "cancelled", version: 5, at: "endedAt", without: ["deadline", "readyAt"] },
    expired: { state: "expired", version: 5, at: "endedAt", without: ["deadline", "readyAt"] },
  };

/** How an order ended, by the step that reports it. */
const ends: Record<string, OrderView["end"]> = {
  refused: { by: "system", reason: "full" },
  cancelled: { by: "barista", note: "out of oat milk", why: "out-of-stock" },
  expired: { by: "system", reason: "barista" },
  uncollected: { by: "system" },
};

/** A complete sample of each type of event, by type: realistic values for every field of its schema. @throws Error that names the invalid sample */
export function samples(): Map<EventType, CremaEvent> {
  made ??= new Map(eventTypes.map((type) => [type, sampleOf(type)]));
  // Returns a copy, because callers may change it.
  return structuredClone(made);
}

/** Generated once: the catalogue reads them for every row. */
let made: Map<EventType, CremaEvent> | undefined;

function sampleOf(type: EventType): CremaEvent {
  const [, about = "", what = ""] = type.split(".");
  const thing = things[about];
  if (thing === undefined)
    throw new Error(
      `tools/contracts/samples.ts has no "${about}" among its things: who tells ${type}, and its subject?`,
    );
  const schema = jsonSchema(eventData[type] as z.ZodType, type);
  let data = sampleValue(schema, known) as Record<string, unknown>;
  const step = about === "order" ? steps[what] : undefined;
  if (about === "order" && step === undefined)
    throw new Error(
      `tools/contracts/samples.ts has no "${what}" among its steps: where does an order stand when it tells ${type}?`,
    );
  const order = step && orderAt(step, ends[what], { ...(data.order as OrderView), id: orderIdOf(what) });
  // Most orders are placed with a phone.
  if (order) delete order.counter;
  if (order && what !== "recalled") delete order.recalled;
  if (order && what !== "called" && what !== "uncollected") delete order.calledAt;
  if (order) data = { ...data, order };
  const version = versionIn(data);
  const id = order
    ? orderEventId(order.id, version)
    : about === "code" || about === "scans"
      ? `main:${window}:${version}:${what}`
      : about === "customer"
        ? "customer-deleted-main-5d0c0c1b2f9a4c6d8e7f6a5b4c3d2e1f"
        : `${about === "notice" ? noticeId : about}-main-${version}`;
  const time = step && order ? (order.recalled?.[0]?.at ?? order[step.at]) : "2026-06-15T10:05:30.000Z";
  const event = {
    specversion: "1.0",
    id,
    type,
    source: thing.source,
    subject: `stores/main/${order ? `orders/${order.id}` : thing.subject}`,
    time,
    datacontenttype: "application/json",
    sequence: sequenceOf(version),
    correlationid: order?.id ?? ("orderId" in data ? orderId : id),
    data,
  };
  const parsed = parseEvent(event);
  if ("event" in parsed) return parsed.event;
  const why = parsed.problems.map(({ path, message }) => `${path} ${message}`).join("; ");
  throw new Error(`The sample of ${type} is not valid, so tools/contracts/samples.ts has to know more of it: ${why}`);
}

/** The source of each kind of event, and the part of its subject after the store. */
const things: Record<string, { source: string; subject: string }> = {
  order: { source: "/crema/orders", subject: `orders/${orderId}` },
  queue: { source: "/crema/orders", subject: "queue" },
  code: { source: "/crema/codes", subject: `codes/${window}` },
  scans: { source: "/crema/codes", subject: `scans/${window}` },
  store: { source: "/crema/config", subject: "store" },
  menu: { source: "/crema/config", subject: "menu" },
  staff: { source: "/crema/config", subject: "staff" },
  customer: { source: "/crema/identity", subject: "customers/customer-00000001" },
  config: { source: "/crema/config", subject: "config/drink:flat-white" },
  notice: { source: "/crema/tally", subject: `notices/${noticeId}` },
};

function orderAt(
  { state, version, without }: (typeof steps)[string],
  end: OrderView["end"],
  whole: OrderView,
): OrderView {
  const order = { ...whole, state, version, ...(end && { end }) };
  for (const field of without) delete order[field];
  return order;
}

/** The version of the object in the data. */
function versionIn(data: Record<string, unknown>): number {
  const found = [data, ...Object.values(data)].map((one) => (one as { version?: unknown } | null)?.version);
  return (found.find((version) => typeof version === "number") as number | undefined) ?? 1;
}
