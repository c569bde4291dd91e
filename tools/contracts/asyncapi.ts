import { eventTypes } from "../../contracts/events.ts";
import { components, type Json } from "./json-schema.ts";
import { events, httpSchemas } from "./schemas.ts";

const { Order, CatalogPage, CodeWindow, QueueView, Notice } = httpSchemas;
/** Schemas that several events share; each is defined once. */
const shared = { Order, CatalogPage, CodeWindow, QueueView, Notice };

/** The events on the topic as AsyncAPI 3: one channel, one message per type. */
export function asyncApi(): Json {
  const prefix = "#/components/schemas/";
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Crema events",
      version: "1.0.0",
      description:
        "CloudEvents 1.0 in structured mode. Delivered at least once, in any order: `id` identifies repeated events, `sequence` late ones.",
    },
    defaultContentType: "application/cloudevents+json",
    channels: {
      crema: {
        description: "The Event Grid topic.",
        messages: Object.fromEntries(eventTypes.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
      },
    },
    operations: {
      tell: {
        action: "send",
        channel: { $ref: "#/channels/crema" },
        messages: eventTypes.map((type) => ({ $ref: `#/channels/crema/messages/${type}` })),
      },
    },
    components: {
      messages: Object.fromEntries(
        eventTypes.map((type) => [type, { name: type, payload: { $ref: `${prefix}${type}` } }]),
      ),
      schemas: components({ ...events, ...shared }, prefix),
    },
  };
}
