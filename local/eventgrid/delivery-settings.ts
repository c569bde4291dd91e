import type { StorageAccount } from "../functions/storage/account.ts";
import { isQueueName } from "../functions/storage/queue-name.ts";
import type { InputSchema } from "./schema.ts";

/** A webhook that events are posted to. */
export interface WebhookDestination {
  /** A function is called before each attempt, for an address that is known only after its server listens. */
  url: string | (() => string);
  /** Whether the destination is in this process and records the effects of a delivery. */
  recorded?: boolean;
  /** Whether the destination must pass the validation handshake first, as every webhook except a function must on Azure. */
  handshake?: boolean;
}

/** A queue in a storage account. */
export interface QueueDestination {
  account: StorageAccount;
  queueName: string;
  /** The time to live of a message in seconds; -1 for no expiry, 7 days by default. */
  queueMessageTimeToLiveInSeconds?: number;
}

export type Destination = WebhookDestination | QueueDestination;

/** A delivery header: static, or taken from the event at a dotted path. */
export type DeliveryAttributeMapping =
  | { name: string; type: "Static"; value: string; isSecret?: boolean }
  | { name: string; type: "Dynamic"; sourceField: string };

/** A blob container for dead letters. */
export interface DeadLetterContainer {
  account: StorageAccount;
  blobContainerName: string;
}

/** How events are delivered, in the terms of Bicep's `eventSubscriptions`. */
export interface DeliverySettings {
  /** The delivery schema; by default the topic's schema. */
  eventDeliverySchema?: InputSchema;
  /** 1 to 5000; default 1. */
  maxEventsPerBatch?: number;
  /** 1 to 1024; default 64. A larger event is delivered alone. */
  preferredBatchSizeInKilobytes?: number;
  deliveryAttributeMappings?: readonly DeliveryAttributeMapping[];
  /** Where dead letters are written, in addition to the list that is always kept. */
  deadLetter?: DeadLetterContainer;
}

type Refuse = (why: string) => never;

/** @throws what `refuse` throws. */
export function checkDestination(destination: Destination, refuse: Refuse): void {
  if ("url" in destination) {
    const { url } = destination;
    if (typeof url === "string" && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)))
      refuse(`the destination '${url}' is not an address such as https://example.com/hook.`);
    return;
  }
  const { queueName, queueMessageTimeToLiveInSeconds: time = -1 } = destination;
  if (!isQueueName(queueName)) {
    refuse(
      `'${queueName}' is not a valid queue name: 3 to 63 lower-case letters, digits and single hyphens, with no hyphen at its beginning or end.`,
    );
  }
  if (!Number.isInteger(time) || (time < 1 && time !== -1))
    refuse(`queueMessageTimeToLiveInSeconds is ${time}; it must be a whole number from 1, or -1 for ever.`);
}

/** @throws what `refuse` throws. */
export function checkDelivery(
  { destination, ...settings }: DeliverySettings & { destination: Destination },
  inputSchema: InputSchema | undefined,
  refuse: Refuse,
): void {
  const { eventDeliverySchema, maxEventsPerBatch, preferredBatchSizeInKilobytes, deadLetter } = settings;
  const { deliveryAttributeMappings: mappings } = settings;
  if (inputSchema === "CloudEventSchemaV1_0" && eventDeliverySchema === "EventGridSchema") {
    refuse(
      "the topic accepts CloudEvents, which cannot be delivered in the Event Grid schema; leave eventDeliverySchema out.",
    );
  }
  checkRange(maxEventsPerBatch, 5000, "maxEventsPerBatch", refuse);
  checkRange(preferredBatchSizeInKilobytes, 1024, "preferredBatchSizeInKilobytes", refuse);
  if (!("url" in destination)) {
    const other = Object.entries({
      maxEventsPerBatch,
      preferredBatchSizeInKilobytes,
      deliveryAttributeMappings: mappings,
    });
    const given = other.find(([, value]) => value !== undefined);
    if (given !== undefined) refuse(`a queue has no ${given[0]}; each event becomes a message, without headers.`);
  }
  checkMappings(mappings ?? [], refuse);
  const container = deadLetter?.blobContainerName;
  if (container !== undefined && !isContainerName(container)) {
    refuse(
      `'${container}' is not a valid container name: 3 to 63 lower-case letters, digits and single hyphens, with no hyphen at its beginning or end.`,
    );
  }
}

const isContainerName = isQueueName;

const mostMappings = 10;
const longestValue = 4096;
/** Headers that are fundamental to the request and cannot be replaced. */
const reserved = /^(aeg-.*|host|content-length|content-type|transfer-encoding|connection)$/i;

function checkMappings(mappings: readonly DeliveryAttributeMapping[], refuse: Refuse): void {
  if (mappings.length > mostMappings)
    refuse(`${mappings.length} delivery attributes; at most ${mostMappings} are allowed.`);
  const seen = new Set<string>();
  for (const mapping of mappings) {
    const { name } = mapping;
    const wrong = (why: string) => refuse(`the delivery attribute '${name}' ${why}`);
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) wrong("cannot be the name of a header.");
    if (reserved.test(name)) wrong("is reserved for Event Grid; choose another name.");
    if (seen.has(name.toLowerCase())) wrong("occurs twice.");
    seen.add(name.toLowerCase());
    if (mapping.type === "Dynamic") {
      if (pathOf(mapping.sourceField).includes("")) wrong("needs a sourceField such as data.number.");
    } else if (Buffer.byteLength(mapping.value) > longestValue) {
      wrong(`has a value of ${Buffer.byteLength(mapping.value)} bytes; at most ${longestValue} are allowed.`);
    } else if (!isHeaderValue(mapping.value)) wrong("has a value with characters that a header cannot have.");
  }
}

/** The parts of a path such as `data.number`, optionally with JSONPath's `$.` in front. */
export const pathOf = (field: string): string[] => field.replace(/^\$\./, "").split(".");

/** Whether a text is a valid header value. */
export const isHeaderValue = (text: string) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text);

/** Refuses anything but a whole number from 1 to `most`; an absent value is valid. */
export function checkRange(value: unknown, most: number, what: string, refuse: (why: string) => never): void {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most)) return;
  refuse(`${what} is ${String(value)}; it must be a whole number from 1 to ${most}.`);
}
