import { fractionOf } from "../triggers/dotnet-dates.ts";

/** An event with the members that its handler gave. */
type Event = Record<string, unknown>;

/** The members of a CloudEvent in the order in which the SDK writes them; its extensions follow. */
const cloudMembers = [
  ...["id", "source", "type", "data", "data_base64", "time", "specversion", "dataschema", "datacontenttype", "subject"],
];
const ownMembers = ["id", "topic", "subject", "data", "eventType", "eventTime", "dataVersion"];

/**
 * A CloudEvent as the extension publishes it: with the members in the SDK's order, and its time, the present one if it has none, in the SDK's form.
 *
 * Source: recorded from the real host 4.1037 with the Event Grid extension 3.3.0.
 */
export function asCloudEvent(event: Event, now: number): Event {
  const time = typeof event.time === "string" ? offsetTime(event.time) : offsetTime(new Date(now).toISOString());
  return inOrder({ ...event, time: event.time === undefined || event.time === null ? time : (time ?? event.time) }, [
    ...cloudMembers,
    ...Object.keys(event).filter((name) => !cloudMembers.includes(name)),
  ]);
}

/** An event in Event Grid's own schema as the extension publishes it. It does not pass on a `metadataVersion`. Source: as above. */
export function asOwnEvent(event: Event): Event {
  const time = typeof event.eventTime === "string" ? utcTime(event.eventTime) : undefined;
  return inOrder(time === undefined ? event : { ...event, eventTime: time }, ownMembers);
}

const inOrder = (event: Event, names: readonly string[]): Event =>
  Object.fromEntries(names.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]]])));

const written = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.(\d{1,7})\d*)?(Z|[+-]\d\d:\d\d)?)?$/;

/** With its offset, and without zeros at the end of a fraction. Anything else is left to the topic, which refuses it. */
function offsetTime(text: string): string {
  const [, day, time, fraction = "", zone] = written.exec(text) ?? [];
  if (time === undefined || zone === undefined) return text;
  return `${day}T${time}${fractionOf(fraction)}${zone === "Z" ? "+00:00" : zone}`;
}

/** Converted to UTC, with seven digits of a fraction. A time without an offset is one in UTC. */
function utcTime(text: string): string | undefined {
  const [, day, time = "00:00:00", fraction = "", zone = "Z"] = written.exec(text) ?? [];
  const date = new Date(`${day}T${time}${zone}`);
  return Number.isNaN(date.getTime()) ? undefined : `${date.toISOString().slice(0, 19)}.${fraction.padEnd(7, "0")}Z`;
}
