import type { ConnectionEvent } from "./event-delivery.ts";
import type { DataType } from "./message.ts";
import { metadataHeaders } from "./metadata.ts";

/** An event as sent to an event hub, in the terms of `@azure/event-hubs`. */
export interface EventHubMessage {
  body: Buffer;
  contentType: string;
  messageId: string;
  /** The connection: its events come in order, from one partition. */
  partitionKey: string;
  properties: Record<string, string>;
}

/** Content types in messages to event hubs. */
const hubContentTypes: Readonly<Record<DataType, string>> = {
  json: "application/json",
  text: "text/plain",
  binary: "application/octet-stream",
  protobuf: "application/x-protobuf",
};

/**
 * A CloudEvent in AMQP binary mode: the attributes are application properties.
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/reference-cloud-events-amqp
 */
export function eventHubMessage(event: ConnectionEvent, id: number, dataType: DataType, now: number): EventHubMessage {
  const { kind, name, hub, connectionId, userId, subprotocol, upstream, body, metadata } = event;
  const attributes = {
    ...{ specversion: "1.0", awpsversion: "1.0", type: `azure.webpubsub.${kind}.${name}` },
    ...{ source: `/hubs/${hub}/client/${connectionId}`, id: String(id), hub, eventname: name },
    ...{ connectionid: connectionId, time: new Date(now).toISOString().replace(/\.\d+Z$/, "Z") },
    ...(userId ? { userid: userId } : {}),
    ...(subprotocol ? { subprotocol } : {}),
    ...(upstream.state ? { connectionstate: upstream.state } : {}),
  };
  return {
    body: Buffer.from(body),
    contentType: hubContentTypes[dataType],
    messageId: `${connectionId}/${id}`,
    partitionKey: connectionId,
    properties: {
      ...Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`cloudEvents:${key}`, value])),
      ...metadataHeaders(metadata),
    },
  };
}
