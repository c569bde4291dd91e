import { type CremaEvent, type EventData, type EventType, sequenceOf } from "../../contracts/events.ts";
import { traceOfFact } from "./trace.ts";

/** An event as it lies in a service's container, written in the same transaction as the change it tells of. */
export interface EventDocument {
  /** The event's id. */
  id: string;
  storeId: string;
  kind: "event";
  event: CremaEvent;
  /** Seconds. The event documents are the archive too. */
  ttl: number;
}

/** Events are kept this long; in seconds. */
export const archivedFor = 30 * 24 * 60 * 60;

export interface Fact<T extends EventType> {
  type: T;
  /** Unique for the fact and the same however often it is written: derived from what it tells of and its version. */
  id: string;
  service: "codes" | "orders" | "config" | "identity";
  storeId: string;
  /** What follows `stores/<storeId>/` in the subject. */
  about: string;
  version: number;
  correlationid: string;
  causationid?: string | undefined;
  /** The `traceparent` of anything in the trace that it belongs to; the event gets a span of its own. */
  traceparent?: string | undefined;
  data: EventData<T>;
}

/** The document that tells a fact. */
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
