import type { Binding } from "../protocol.ts";
import { namedSetting } from "./connections.ts";
import type { OutputBinding } from "./kinds.ts";
import { topicHere } from "./local-services.ts";
import { asCloudEvent, asOwnEvent } from "./published-events.ts";
import { itemsOf, jsonInText, outputValue } from "./values.ts";

/**
 * The output `eventGrid`: publishes events to a custom topic with its key. The first event determines the schema: with an `eventType` it is Event
 * Grid's own, otherwise CloudEvents.
 * @throws Error if an option or setting is missing.
 */
export function eventGridOutput(binding: Binding, settings: Record<string, string>): OutputBinding {
  if (binding.connection !== undefined) {
    throw new Error(
      'its "connection" is one by identity, which bindings cannot use here; give "topicEndpointUri" and "topicKeySetting".',
    );
  }
  const named = (option: string) => namedSetting(settings, option, binding[option], topicHere[option]);
  const endpoint = named("topicEndpointUri");
  const key = named("topicKeySetting");
  if (!URL.canParse(endpoint))
    throw new Error(`the setting "${binding.topicEndpointUri}" must be an address; it is "${endpoint}".`);
  const url = new URL(endpoint);
  url.searchParams.set("api-version", "2018-01-01");
  return {
    async write(given, _, { now }) {
      const events = itemsOf(outputValue(given)).map((item) => (typeof item === "string" ? jsonInText(item) : item));
      if (events.length === 0) return;
      const [first] = events;
      const ownSchema = typeof first === "object" && first !== null && "eventType" in first;
      for (const [index, event] of events.entries()) (ownSchema ? checkOwn : checkCloud)(event, index);
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": ownSchema ? "application/json" : "application/cloudevents-batch+json; charset=utf-8",
          "aeg-sas-key": key,
        },
        body: JSON.stringify(events.map((event) => published(event, ownSchema, now))),
      });
      const answer = await response.text();
      if (!response.ok)
        throw new Error(`The topic ${url.origin} did not accept the events: ${response.status} ${answer}`);
    },
  };
}

/** What is no object is left to the topic, which refuses it. */
function published(event: unknown, ownSchema: boolean, now: number): unknown {
  if (typeof event !== "object" || event === null || Array.isArray(event)) return event;
  const given = event as Record<string, unknown>;
  return ownSchema ? asOwnEvent(given) : asCloudEvent(given, now);
}

const needed = ["id", "subject", "eventType", "dataVersion", "data"];
const known = new Set([...needed, "topic", "eventTime", "metadataVersion"]);

/**
 * Checks the members of an event in Event Grid's own schema that the extension requires, although the topic itself does not require the last two, and
 * those that the extension does not pass on unchanged. (EventGridEvent.Parse and EventGridEventInternal of Azure.Messaging.EventGrid)
 * @throws Error that names the member
 */
function checkOwn(event: unknown, index: number): void {
  const given = (typeof event === "object" && event !== null ? event : {}) as Record<string, unknown>;
  const missing = needed.filter((name) => given[name] === undefined || (given[name] === null && name !== "data"));
  if (missing.length > 0)
    throw new Error(
      `Event ${index} has no ${missing.join(", no ")}; an event in the Event Grid schema needs id, subject, eventType, dataVersion and data here (a topic accepts it without the last two from its clients, but this output does not).`,
    );
  if (given.eventTime === undefined)
    throw new Error(`Event ${index} has no eventTime; on Azure this output would publish it with the year 1.`);
  const other = Object.keys(given).find((name) => !known.has(name));
  if (other !== undefined)
    throw new Error(
      `Event ${index} has the member ${other}, which this output leaves out on Azure; the Event Grid schema has only ${[...known].join(", ")}.`,
    );
}

/** Of these the extension ignores that they are null. */
const mayBeNull = new Set(["data", "data_base64", "time", "subject", "dataschema", "datacontenttype"]);

/**
 * The extension can read any number, but can only write 32-bit integers, the only numbers of CloudEvents. (CloudEventConverter of Azure.Core)
 * @throws Error that names the attribute
 */
function checkCloud(event: unknown, index: number): void {
  if (typeof event !== "object" || event === null) return;
  const nothing = Object.entries(event).find(([name, value]) => value === null && !mayBeNull.has(name));
  if (nothing !== undefined)
    throw new Error(`Event ${index} has the attribute ${nothing[0]}, which is null; leave it out.`);
  const wrong = Object.entries(event).find(
    ([name, value]) => name !== "data" && typeof value === "number" && value !== (value | 0),
  );
  if (wrong !== undefined)
    throw new Error(
      `Event ${index} has the attribute ${wrong[0]} with the value ${wrong[1]}; outside its data, a number in a CloudEvent must be a 32-bit integer.`,
    );
}
