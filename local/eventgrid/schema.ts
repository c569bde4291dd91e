import { Refusal } from "./refusal.ts";

/** The input schema of a topic. On Azure it is fixed when the topic is created. */
export type InputSchema = "CloudEventSchemaV1_0" | "EventGridSchema";

/** An event as it was accepted and is delivered. */
export type GridEvent = Readonly<Record<string, unknown>>;

/**
 * The maximum size of a publish request and of a single event, in bytes. The documentation says 1 MB for both; these are the limits that users have
 * measured.
 * Beyond the documented size a warning is logged.
 */
const mostBytes = 1_536_000;
const mostEventBytes = 1_049_600;
export const documentedBytes = 1024 * 1024;

/** Whether a media type is CloudEvents in structured mode, single or batched (CloudEvents 1.0, HTTP protocol binding, 3.2 and 3.3). */
export const isCloudEvents = (media: string): boolean => media.startsWith("application/cloudevents");

/** The schema of events of this media type. */
export const schemaOf = (media: string): InputSchema =>
  isCloudEvents(media) ? "CloudEventSchemaV1_0" : "EventGridSchema";

/**
 * The media types of the Event Grid schema. The second is curl's default: the service's quickstarts publish without a content type and without an
 * `api-version`.
 * @see https://learn.microsoft.com/azure/event-grid/custom-event-quickstart
 */
const gridMedia: readonly string[] = ["application/json", "application/x-www-form-urlencoded"];

/**
 * Parses the body of a publish request of this media type, and validates every event: all are accepted or none.
 * @throws Refusal 400, also for a media type that the topic does not accept, or 413.
 */
export function readEvents(body: Buffer, media: string, schema: InputSchema, topicId: string): GridEvent[] {
  if (body.length > mostBytes) {
    throw new Refusal(413, "PayloadTooLarge", `The body has ${body.length} bytes; at most ${mostBytes} are allowed.`);
  }
  const value = parse(body);
  for (const [index, each] of [value].flat().entries()) checkSize(body, each, index);
  if (schema === "EventGridSchema") {
    if (!gridMedia.includes(media)) throw wrongType(media, "application/json", schema);
    return list(value, "an array of events").map((event, index) => checkGridEvent(event, index, topicId));
  }
  if (media === "application/cloudevents+json") return [checkCloudEvent(value, 0)];
  if (media !== "application/cloudevents-batch+json") {
    throw wrongType(media, "application/cloudevents-batch+json or application/cloudevents+json", schema);
  }
  return list(value, "an array of CloudEvents").map(checkCloudEvent);
}

/** An event can only be too large if the whole body is. */
function checkSize(body: Buffer, event: unknown, index: number): void {
  const size = body.length <= mostEventBytes ? 0 : Buffer.byteLength(JSON.stringify(event));
  if (size <= mostEventBytes) return;
  throw new Refusal(413, "PayloadTooLarge", `Event ${index} has ${size} bytes; at most ${mostEventBytes} are allowed.`);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw invalid(`The body is not JSON: ${(error as Error).message}`);
  }
}

function list(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(`The body must be ${what}.`);
  if (value.length === 0) throw invalid(`The body is an empty array; it must be ${what}.`);
  return value;
}

/** The attributes that CloudEvents 1.0 defines; all others are extensions. */
const cloudAttributes = new Set(
  "id source type specversion time subject datacontenttype dataschema data data_base64".split(" "),
);

function checkCloudEvent(value: unknown, index: number): GridEvent {
  const event = object(value, index);
  const refuse = (why: string) => invalid(`Event ${index}: ${why}`);
  if (event.specversion !== "1.0") throw refuse(`specversion must be "1.0", not ${JSON.stringify(event.specversion)}.`);
  requireStrings(event, ["id", "source", "type"], refuse);
  for (const name of ["subject", "datacontenttype", "dataschema", "data_base64"]) {
    if (event[name] !== undefined && event[name] !== null && typeof event[name] !== "string") {
      throw refuse(`${name} must be a string.`);
    }
  }
  if (event.time !== undefined && event.time !== null && !isTime(event.time)) {
    throw refuse(`time must be like 2030-01-31T12:00:00Z (RFC 3339), not ${JSON.stringify(event.time)}.`);
  }
  if (event.data !== undefined && event.data_base64 !== undefined)
    throw refuse("data and data_base64 exclude each other.");
  if (typeof event.data_base64 === "string" && !isBase64(event.data_base64)) throw refuse("data_base64 is not base64.");
  for (const [name, extension] of Object.entries(event)) {
    if (cloudAttributes.has(name)) continue;
    if (!/^[a-z0-9]+$/.test(name)) throw refuse(`the extension '${name}' may have only lower-case letters and digits.`);
    if (typeof extension === "object" && extension !== null)
      throw refuse(`the extension '${name}' must be a plain value.`);
  }
  return event;
}

function checkGridEvent(value: unknown, index: number, topicId: string): GridEvent {
  const event = object(value, index);
  const refuse = (why: string) => invalid(`Event ${index}: ${why}`);
  if ("specversion" in event) throw refuse("this topic accepts the Event Grid schema, but this is a CloudEvent.");
  requireStrings(event, ["id", "eventType", "subject", "eventTime"], refuse);
  if (!isTime(withColon(event.eventTime))) throw refuse(`eventTime must be like 2030-01-31T12:00:00Z (RFC 3339).`);
  for (const name of ["dataVersion", "topic"]) {
    if (event[name] !== undefined && event[name] !== null && typeof event[name] !== "string")
      throw refuse(`${name} must be a string.`);
  }
  if (event.metadataVersion !== undefined && event.metadataVersion !== "1")
    throw refuse('metadataVersion must be "1".');
  if (typeof event.topic === "string" && event.topic !== "" && event.topic.toLowerCase() !== topicId.toLowerCase()) {
    throw refuse(`topic is '${event.topic}'; leave it out or give this topic's id, ${topicId}.`);
  }
  return { ...event, dataVersion: event.dataVersion ?? "", metadataVersion: "1", topic: topicId };
}

function object(value: unknown, index: number): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(`Event ${index} is not an object.`);
  return value as Record<string, unknown>;
}

function requireStrings(event: Record<string, unknown>, names: string[], refuse: (why: string) => Refusal): void {
  for (const name of names) {
    const value = event[name];
    if (typeof value !== "string" || value === "") throw refuse(`${name} is missing; it must be a non-empty string.`);
  }
}

const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

/** Adds the colon to a time's UTC offset: RFC 3339 requires it, but `date +%z` in the service's quickstarts omits it. */
export const withColon = (time: unknown): unknown =>
  typeof time === "string" ? time.replace(/([+-]\d\d)(\d\d)$/, "$1:$2") : time;

function isTime(value: unknown): boolean {
  return (
    typeof value === "string" &&
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([zZ]|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

const invalid = (message: string) => new Refusal(400, "BadRequest", message);

/** A topic with a declared schema accepts no other. */
const wrongType = (media: string, right: string, schema: InputSchema) => {
  const other = schema === "EventGridSchema" ? "CloudEventSchemaV1_0" : "EventGridSchema";
  return new Refusal(
    400,
    "BadRequest",
    `This topic accepts events of the schema ${schema}; the content type must be ${right}, not '${media}'. To accept other events, declare the topic with "inputSchema": "${other}" in local-azure.json.`,
  );
};
