import { type CremaEvent, type EventData, type EventType, sequenceOf } from "../../contracts/events.ts";
import { traceOfFact } from "./trace.ts";

/** An outbox document: an event in a service's container, written in the same transaction as the change. */
export interface EventDocument {
  /** The event's id. */
  id: string;
  storeId: string;
  kind: "event";
  event: CremaEvent;
  /** In seconds. The event documents are also the archive. */
  ttl: number;
}

/** How long events are kept, in seconds. */
export const archivedFor = 30 * 24 * 60 * 60;

export interface Fact<T extends EventType> {
  type: T;
  /** Unique for the change, and the same if it is written again: derived from the subject and its version. */
  id: string;
  service: "codes" | "orders" | "config" | "identity";
  storeId: string;
  /** The part of the subject after `stores/<storeId>/`. */
  about: string;
  version: number;
  correlationid: string;
  causationid?: string | undefined;
  /** Any `traceparent` of the event's trace. The event gets its own span. */
  traceparent?: string | undefined;
  data: EventData<T>;
}

/** Creates the outbox document for an event. */
export function eventDocument<T extends EventType>(fact: Fact<T>): EventDocument {
  const traceparent = traceOfFact(fact.traceparent, fact.id);
  const event = {
    specversion: "1.0",
    id: fact.id,
    type: fact.type,
    source: `/crema/${fact.service}`,
    subject: `stores/${fact.storeId}/${fact.about}`,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    sequence: sequenceOf(fact.version),
    correlationid: fact.correlationid,
    ...(fact.causationid ? { causationid: fact.causationid } : {}),
    ...(traceparent ? { traceparent } : {}),
    data: fact.data,
  } as unknown as CremaEvent;
  return { id: fact.id, storeId: fact.storeId, kind: "event", event, ttl: archivedFor };
}
