import type { OrderEventType } from "../../contracts/events.ts";
import { type JourneyStep, type JourneyWhat, type SharedStep, sharedStep, whatOf } from "../../contracts/journey.ts";
import type { OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";
import { traceIdOf } from "../platform/trace.ts";
import type { Order } from "./order.ts";
import type { OrderEventDocument } from "./orders-container.ts";

/** A step without the time until the next step, which is known only after sorting. */
type Step = Omit<JourneyStep, "untilNext">;

/** The journey of an order, as far as it is still stored. */
export interface Journey {
  steps: JourneyStep[];
  /** Whether the events of all versions are still stored. */
  whole: boolean;
}

/**
 * Everything that happened to an order, in chronological order: the scan and the events. Where events have expired, the times in the order document
 * are used. Pure. @param events the order's events that are still stored, in any order
 */
export function journeyOf(order: Order, events: OrderEventDocument[]): Journey {
  const inOrder = events.toSorted((a, b) => a.event.sequence.localeCompare(b.event.sequence));
  const told = inOrder.flatMap(toldBy);
  const known = new Set(told.map(({ what }) => what));
  const remembered = rememberedBy(order).filter(({ what }) => !known.has(what));
  // Events are sorted by version, since the clocks of several computers differ. Steps without an event are inserted by time.
  const steps = [...told];
  for (const step of remembered) {
    const next = steps.findIndex(({ at }) => at > step.at);
    steps.splice(next === -1 ? steps.length : next, 0, step);
  }
  return { steps: timed([...scanOf(order), ...steps]), whole: told.length === order.version };
}

/** The part of a step that anybody may see. */
export function shared(step: JourneyStep): SharedStep {
  return sharedStep.parse(step);
}

/** The scan's event is stored by the service `codes`. The order contains what its orchestration was started with. */
function scanOf({ start: { causationid, scan, traceparent } }: Order): Step[] {
  if (scan === undefined || causationid === undefined) return [];
  const trace = traceIdOf(traceparent);
  const event = { id: causationid, type: "crema.code.scanned.v1" as const, sequence: scan.sequence };
  return [{ what: "scanned", at: scan.at, who: { part: "customer" }, event: { ...event, ...(trace && { trace }) } }];
}

function toldBy({ event, by }: OrderEventDocument): Step[] {
  if (!("order" in event.data)) return [];
  const { id, time, sequence, causationid, traceparent } = event;
  const type = event.type as OrderEventType;
  const trace = traceIdOf(traceparent);
  const what = whatOf(type);
  const { order } = event.data;
  return [
    {
      what,
      at: time,
      who: by ? { part: by.part, ...(by.name && { name: by.name }) } : whoLikely(what, order),
      state: order.state,
      event: { id, type, sequence, ...(causationid && { causation: causationid }), ...(trace && { trace }) },
    },
  ];
}

/** The steps whose time the order document contains. Of a repeated step it contains only the last time. */
function rememberedBy(order: Order): Step[] {
  const { state, createdAt, submittedAt, queuedAt, claimedAt, readyAt, calledAt, endedAt } = order;
  const step = (what: JourneyWhat, at: string | undefined, after: OrderView["state"]): Step[] =>
    at === undefined ? [] : [{ what, at, who: whoLikely(what, order), state: after }];
  if (state === "refused") return step("refused", createdAt, "refused");
  return [
    ...step("admitted", createdAt, "choosing"),
    ...step("submitted", submittedAt, "submitted"),
    ...step("queued", queuedAt, "queued"),
    ...step("claimed", claimedAt, "making"),
    ...step("ready", readyAt, "ready"),
    ...(state === "ready" ? step("called", calledAt, "ready") : []),
    ...(isFinal(state) ? step(state as JourneyWhat, endedAt, state) : []),
  ];
}

/** Who usually takes such a step, if the document does not say who did. */
function whoLikely(what: JourneyWhat, { barista, counter, end }: OrderView): JourneyStep["who"] {
  if (counter && (what === "admitted" || what === "submitted")) return { part: "counter" };
  if (what === "scanned" || what === "submitted") return { part: "customer" };
  if (what === "claimed" || what === "ready") return { part: "barista", ...(barista?.name && { name: barista.name }) };
  if (what === "uncollected" && end?.by !== "barista") return { part: "clock" };
  if (what === "released" || what === "collected" || what === "recalled" || what === "called" || what === "uncollected")
    return { part: "barista" };
  if (what === "cancelled" && end?.by !== "customer") return { part: "barista", ...(end?.name && { name: end.name }) };
  if (what === "cancelled") return { part: "customer" };
  return { part: what === "expired" ? "clock" : "workflow" };
}

function timed(steps: Step[]): JourneyStep[] {
  return steps.map((step, index) => {
    const next = steps[index + 1];
    // The clocks of two computers can differ a little.
    return next ? { ...step, untilNext: Math.max(0, Date.parse(next.at) - Date.parse(step.at)) } : step;
  });
}
