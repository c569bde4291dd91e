import * as z from "zod";
import { type CremaEvent, parseEvent, problemsOf, sequenceOf } from "../../contracts/events.ts";
import { notice } from "../../contracts/notice.ts";
import { queueView } from "../../contracts/order.ts";

/** The events in a batch of the change feed. */
export interface Told {
  events: CremaEvent[];
  /** Event documents without a valid event (poison messages), which are never published. */
  invalid: { id: string; problems: { path: string; message: string }[]; traceparent?: string | undefined }[];
}

const eventDocument = z.looseObject({ kind: z.literal("event"), id: z.string(), event: z.unknown() });
const queueDocument = queueView.extend({ kind: z.literal("queue"), _ts: z.number() });
const noticeDocument = notice.extend({
  kind: z.literal("notice"),
  correlationid: z.string().optional(),
  causationid: z.string().optional(),
  traceparent: z.string().optional(),
});

function traceIn(candidate: unknown): string | undefined {
  const { traceparent } = (candidate ?? {}) as { traceparent?: unknown };
  return typeof traceparent === "string" ? traceparent : undefined;
}

/** The events in a batch of documents; other documents are ignored. Pure: the same documents always give the same events. */
export function eventsIn(documents: unknown[]): Told {
  const told: Told = { events: [], invalid: [] };
  const add = (id: string, candidate: unknown) => {
    const parsed = parseEvent(candidate);
    if ("event" in parsed) told.events.push(parsed.event);
    else told.invalid.push({ id, problems: parsed.problems, traceparent: traceIn(candidate) });
  };
  for (const document of documents) {
    const { kind, id } = document as { kind?: unknown; id?: unknown };
    const { erased } = document as { erased?: unknown };
    // The event was published before. Its document changed only because a person was removed from it.
    if (erased === true) continue;
    if (kind === "event") {
      const parsed = eventDocument.safeParse(document);
      add(String(id), parsed.success ? parsed.data.event : document);
    } else if (kind === "queue") {
      const queue = queueDocument.safeParse(document);
      add(String(id), queue.success ? queueChanged(queue.data) : document);
    } else if (kind === "notice") {
      const said = noticeDocument.safeParse(document);
      if (said.success) add(String(id), noticePublished(said.data));
      else told.invalid.push({ id: String(id), problems: problemsOf(said.error), traceparent: traceIn(document) });
    }
  }
  return told;
}

/**
 * The event with the queue's current length. It is made from the queue document, not stored with each change: only the latest value matters, and the
 * change feed contains exactly that.
 */
function queueChanged({ storeId, version, active, _ts }: z.infer<typeof queueDocument>): CremaEvent {
  const id = `queue-${storeId}-${version}`;
  return {
    specversion: "1.0",
    id,
    type: "crema.queue.changed.v1",
    source: "/crema/orders",
    subject: `stores/${storeId}/queue`,
    // Use the document's time, not the current time, so that a repeated batch gives the same event.
    time: new Date(_ts * 1000).toISOString(),
    datacontenttype: "application/json",
    sequence: sequenceOf(version),
    correlationid: id,
    data: { queue: { storeId, version, active } },
  };
}

/** The event with a notice's current version. It is made from the document for the same reason: nobody needs intermediate versions. */
function noticePublished(document: z.infer<typeof noticeDocument>): CremaEvent {
  const { correlationid, causationid, traceparent, kind: _, ...said } = document;
  const id = `${said.id}-${said.storeId}-${said.version}`;
  return {
    specversion: "1.0",
    id,
    type: "crema.notice.published.v1",
    source: `/crema/${said.source}`,
    subject: `stores/${said.storeId}/notices/${said.id}`,
    time: said.at,
    datacontenttype: "application/json",
    sequence: sequenceOf(said.version),
    correlationid: correlationid ?? id,
    ...(causationid && { causationid }),
    ...(traceparent && { traceparent }),
    data: { notice: said },
  };
}
