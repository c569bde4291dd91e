import type { Binding } from "../protocol.ts";
import { namedSetting } from "./connections.ts";
import type { OutputBinding } from "./kinds.ts";
import { itemsOf, outputValue } from "./values.ts";

/**
 * The output `eventGrid`: publishes events to a custom topic with its key. The first event decides the schema: with an `eventType` it is Event
 * Grid's own, else CloudEvents.
 * @throws Error when an option or setting is missing.
 */
export function eventGridOutput(binding: Binding, settings: Record<string, string>): OutputBinding {
  if (binding.connection !== undefined) {
    throw new Error(
      'its "connection" is one by identity, which bindings cannot use here; give "topicEndpointUri" and "topicKeySetting".',
    );
  }
  const endpoint = namedSetting(settings, "topicEndpointUri", binding.topicEndpointUri);
  const key = namedSetting(settings, "topicKeySetting", binding.topicKeySetting);
  if (!URL.canParse(endpoint))
    throw new Error(`the setting "${binding.topicEndpointUri}" must be an address; it is "${endpoint}".`);
  const url = new URL(endpoint);
  url.searchParams.set("api-version", "2018-01-01");
  return {
    async write(given) {
      const events = itemsOf(outputValue(given));
      if (events.length === 0) return;
      const [first] = events;
      const ownSchema = typeof first === "object" && first !== null && "eventType" in first;
      if (ownSchema) for (const [index, event] of events.entries()) checkOwn(event, index);
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": ownSchema ? "application/json" : "application/cloudevents-batch+json; charset=utf-8",
          "aeg-sas-key": key,
        },
        body: JSON.stringify(events),
      });
      const answer = await response.text();
      if (!response.ok)
        throw new Error(`The topic ${url.origin} did not take the events: ${response.status} ${answer}`);
    },
  };
}

const needed = ["id", "subject", "eventType", "dataVersion", "data"];

/**
 * What the extension reads of an event in Event Grid's own schema, and fails without, although the topic itself does without the last two.
 * @throws Error that names what is missing
 */
function checkOwn(event: unknown, index: number): void {
  const given = (typeof event === "object" && event !== null ? event : {}) as Record<string, unknown>;
  const missing = needed.filter((name) => given[name] === undefined || (given[name] === null && name !== "data"));
  if (missing.length === 0) return;
  throw new Error(
    `Event ${index} has no ${missing.join(", no ")}; an event in the Event Grid schema needs id, subject, eventType, dataVersion and data here (a topic takes it without the last two from its clients, not from this output).`,
  );
}
