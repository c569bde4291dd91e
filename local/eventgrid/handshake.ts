import type { Poster } from "./post.ts";
import type { InputSchema } from "./schema.ts";

/** The sender's name in the CloudEvents handshake, and the `origin` of each delivery. */
export const sender = "eventgrid.azure.net";

/** How long the manual validation address is valid, in ms. */
export const byHandWindow = 10 * 60_000;

export interface Handshake {
  /** The webhook's address. */
  url: string;
  /** The subscription's name. */
  subscription: string;
  /** The delivery schema of the subscription. */
  schema: InputSchema;
  topicId: string;
  /** The headers that the subscription adds to each delivery. */
  headers: Record<string, string>;
  /** A validation code that only the webhook receives. */
  code: string;
  /** The manual validation address: a GET within ten minutes replaces the expected response. */
  byHand: string;
  /** ISO 8601. */
  time: string;
}

/** The result of a handshake: agreed, pending manual validation, or refused with a reason. */
export type HandshakeResult = "agreed" | "by hand" | { refused: string };

/**
 * Validates a webhook before the first delivery, as Event Grid does: by `OPTIONS` for CloudEvents (the
 * specification's abuse protection), by a validation event for the Event Grid schema.
 * @see https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
 */
export function shakeHands(poster: Poster, handshake: Handshake): Promise<HandshakeResult> {
  return handshake.schema === "EventGridSchema" ? sendValidation(poster, handshake) : askForOrigin(poster, handshake);
}

async function askForOrigin(poster: Poster, { url, byHand, headers }: Handshake): Promise<HandshakeResult> {
  const reply = await poster.ask("OPTIONS", url, {
    ...headers,
    "webhook-request-origin": sender,
    "webhook-request-rate": "120",
    "webhook-request-callback": byHand,
  });
  if ("failure" in reply) return { refused: `OPTIONS ended with ${reply.failure}` };
  if (reply.status !== 200) return { refused: `OPTIONS was answered ${reply.status}; it must be 200` };
  const allowed = String(reply.headers["webhook-allowed-origin"] ?? "");
  if (allowed === "") return "by hand";
  if (allowed === "*" || allowed.toLowerCase() === sender) return "agreed";
  return { refused: `WebHook-Allowed-Origin is '${allowed}'; it must be '${sender}' or '*'` };
}

async function sendValidation(poster: Poster, handshake: Handshake): Promise<HandshakeResult> {
  const { url, subscription, topicId, code, byHand, time } = handshake;
  const event = {
    id: code,
    topic: topicId,
    subject: "",
    data: { validationCode: code, validationUrl: byHand },
    eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
    eventTime: time,
    metadataVersion: "1",
    dataVersion: "2",
  };
  const headers = {
    ...handshake.headers,
    "content-type": "application/json; charset=utf-8",
    "aeg-event-type": "SubscriptionValidation",
    "aeg-subscription-name": subscription.toUpperCase(),
    "aeg-delivery-count": "0",
    "aeg-data-version": "2",
    "aeg-metadata-version": "1",
    origin: sender,
  };
  const reply = await poster.ask("POST", url, headers, JSON.stringify([event]));
  if ("failure" in reply) return { refused: `the validation event ended with ${reply.failure}` };
  if (reply.status !== 200) return { refused: `the validation event was answered ${reply.status}; it must be 200` };
  const given = responseIn(reply.body);
  if (given === undefined) return "by hand";
  return given === code ? "agreed" : { refused: `validationResponse is '${given}'; it must be the code of the event` };
}

function responseIn(body: string): string | undefined {
  try {
    const value = JSON.parse(body) as { validationResponse?: unknown } | null;
    return typeof value?.validationResponse === "string" ? value.validationResponse : undefined;
  } catch {
    return undefined;
  }
}
