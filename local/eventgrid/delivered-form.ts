import { type DeliveryAttributeMapping, isHeaderValue, pathOf } from "./delivery-settings.ts";
import { lookUp } from "./filters.ts";
import type { DeadLetter } from "./journal.ts";
import { type GridEvent, type InputSchema, withColon } from "./schema.ts";

const isCloudEvent = (event: GridEvent) => "specversion" in event;

/**
 * An event in the delivery schema of a subscription. The Event Grid schema can be mapped to CloudEvents, but not the reverse.
 * Source: the mapping in https://learn.microsoft.com/azure/event-grid/cloudevents-schema.
 */
export function inSchema(event: GridEvent, schema: InputSchema | undefined): GridEvent {
  if (schema !== "CloudEventSchemaV1_0" || isCloudEvent(event)) return event;
  const { id, topic, eventType, dataVersion, subject, eventTime, data } = event;
  return {
    specversion: "1.0",
    id,
    source: topic,
    type: eventType,
    dataschema: `#${String(dataVersion ?? "")}`,
    subject,
    time: withColon(eventTime),
    ...(data === undefined ? {} : { data }),
  };
}

/** The body of a delivery and its media type: a single CloudEvent unless the subscription has batches, otherwise an array. */
export function bodyOf(events: readonly GridEvent[], batches: boolean): { body: string; contentType: string } {
  const [first = {}] = events;
  const cloud = isCloudEvent(first);
  if (cloud && !batches)
    return { body: JSON.stringify(first), contentType: "application/cloudevents+json; charset=utf-8" };
  const media = cloud ? "application/cloudevents-batch+json" : "application/json";
  return { body: JSON.stringify(events), contentType: `${media}; charset=utf-8` };
}

/** The headers that a subscription adds for an event; without an event, the static ones. A value that is not a valid header is omitted. */
export function attributesOf(
  mappings: readonly DeliveryAttributeMapping[] = [],
  event?: GridEvent,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const mapping of mappings) {
    const value = mapping.type === "Static" ? mapping.value : event && lookUp(event, pathOf(mapping.sourceField));
    if (!["string", "number", "boolean"].includes(typeof value)) continue;
    const text = String(value);
    if (isHeaderValue(text)) headers[mapping.name.toLowerCase()] = text;
  }
  return headers;
}

/** The content of a dead letter blob: the event with its delivery result, with the property names of its schema. */
export function inDeadLetterForm(letter: DeadLetter, schema: InputSchema | undefined): GridEvent {
  const { id: _, subscription: __, event, blob: ___, ...what } = letter;
  const form = inSchema(event, schema);
  const named = isCloudEvent(form)
    ? Object.fromEntries(Object.entries(what).map(([name, value]) => [name.toLowerCase(), value]))
    : what;
  return { ...form, ...named };
}
