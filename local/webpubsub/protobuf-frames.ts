import type { ClientFrame, Origin, Reply } from "./frames.ts";
import { binary, jsonMessage, type Message, textMessage, withMetadata } from "./message.ts";
import { metadataOf } from "./metadata.ts";
import { bytesField, type Field, fieldsOf, messageField, numberField, textOf } from "./protobuf-wire.ts";

/*
 * The frames of the protobuf subprotocols, field by field from the service's public schema. As in every protocol buffers parser, fields that are
 * unknown
 * or have another wire type are ignored (https://protobuf.dev/programming-guides/proto3/#unknowns).
 * https://learn.microsoft.com/azure/azure-web-pubsub/reference-protobuf-webpubsub-subprotocol
 */

/**
 * Parses a client's frame; `undefined` if the bytes are not a valid message. A message without known fields has an unknown type: the list of its
 * fields.
 */
export function readFrame(bytes: Buffer): ClientFrame | undefined {
  try {
    const fields = [...fieldsOf(bytes)];
    // In a oneof the last field counts.
    const last = fields.filter(hasBytes).findLast(({ field }) => upstream.has(field));
    if (last !== undefined) return upstream.get(last.field)?.([...fieldsOf(last.bytes)]);
    const numbers = [...new Set(fields.map(({ field }) => field))].slice(0, 5);
    return { type: numbers.length === 0 ? undefined : `field ${numbers.join(" and ")}` };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const upstream = new Map<number, (fields: Field[]) => ClientFrame>([
  [1, sendToGroup],
  [5, event],
  [6, (fields) => ({ type: "joinGroup", group: text(fields, 1), ...ackIdOf(fields, 2) })],
  [7, (fields) => ({ type: "leaveGroup", group: text(fields, 1), ...ackIdOf(fields, 2) })],
  [8, (fields) => ({ type: "sequenceAck", sequenceId: number(fields, 1) ?? 0 })],
  [9, () => ({ type: "ping" })],
]);

function sendToGroup(fields: Field[]): ClientFrame {
  const ttlSeconds = number(fields, 5);
  return {
    ...{ type: "sendToGroup", group: text(fields, 1), ...ackIdOf(fields, 2) },
    ...(number(fields, 4) ? { noEcho: true } : {}),
    ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
    ...streamOf(fields, 7),
    message: dataOf(fields, 3, 6),
  };
}

function event(fields: Field[]): ClientFrame {
  return {
    ...{ type: "event", event: text(fields, 1), ...ackIdOf(fields, 3) },
    ...streamOf(fields, 5),
    message: dataOf(fields, 2, 4),
  };
}

/** The message in one field, with the metadata in another; parsed when it is needed. */
function dataOf(fields: Field[], data: number, metadata: number): () => Message | string {
  return () => {
    try {
      const held = fields.filter(hasBytes).findLast(({ field }) => field === data);
      const more = metadataOf(Object.fromEntries(entriesOf(fields, metadata)));
      if (typeof more === "string") return more;
      const message = held === undefined ? undefined : messageIn([...fieldsOf(held.bytes)]);
      if (message === undefined) return more === undefined ? "data is missing." : withMetadata(textMessage(""), more);
      return typeof message === "string" ? message : withMetadata(message, more);
    } catch (error) {
      if (error instanceof RangeError) return `The data cannot be read: ${error.message}`;
      throw error;
    }
  };
}

function messageIn(fields: Field[]): Message | string | undefined {
  const held = fields.filter(hasBytes).findLast(({ field }) => field >= 1 && field <= 4);
  if (held === undefined) return undefined;
  const { bytes } = held;
  if (held.field === 1) return textMessage(textOf(bytes));
  if (held.field === 4) return jsonMessage(textOf(bytes));
  return binary(Buffer.from(bytes), held.field === 2 ? "binary" : "protobuf");
}

const entriesOf = (fields: Field[], map: number): [string, string][] =>
  fields
    .filter(hasBytes)
    .filter(({ field }) => field === map)
    .map(({ bytes }) => [...fieldsOf(bytes)])
    .map((entry) => [text(entry, 1), text(entry, 2)]);

const hasBytes = (field: Field): field is Field & { bytes: Buffer } => "bytes" in field;
const isNumber = (field: Field): field is Field & { varint: bigint } => "varint" in field;

function text(fields: Field[], wanted: number): string {
  const field = fields.filter(hasBytes).findLast((candidate) => candidate.field === wanted);
  return field === undefined ? "" : textOf(field.bytes);
}

function number(fields: Field[], wanted: number): number | undefined {
  const field = fields.filter(isNumber).findLast((candidate) => candidate.field === wanted);
  return field === undefined ? undefined : Number(field.varint);
}

function ackIdOf(fields: Field[], wanted: number): { ackId?: number } {
  const ackId = number(fields, wanted);
  return ackId === undefined ? {} : { ackId };
}

const streamOf = (fields: Field[], wanted: number): { stream?: true } =>
  fields.filter(hasBytes).some(({ field }) => field === wanted) ? { stream: true } : {};

/** Serializes a message as a frame. There is no field for the sender of a group message. */
export function messageFrame(message: Message, origin: Origin, sequenceId: number | undefined): Buffer {
  const { raw, metadata = {} } = message;
  return messageField(
    2,
    bytesField(1, origin.from),
    origin.from === "group" ? bytesField(2, origin.group, true) : empty,
    messageField(3, bytesField(dataField[message.dataType], raw, true)),
    sequenceId === undefined ? empty : numberField(4, sequenceId, true),
    ...Object.entries(metadata).map(([key, value]) => messageField(5, bytesField(1, key), bytesField(2, value))),
  );
}

const dataField = { text: 1, binary: 2, protobuf: 3, json: 4 } as const;
const empty = Buffer.alloc(0);

/** Serializes another frame of the service. */
export function replyFrame(reply: Reply): Buffer {
  switch (reply.type) {
    case "ack": {
      const { ackId, success, error } = reply;
      const why =
        error === undefined ? empty : messageField(3, bytesField(1, error.name), bytesField(2, error.message));
      return messageField(1, numberField(1, ackId), numberField(2, success ? 1 : 0), why);
    }
    case "system": {
      if (reply.event === "disconnected") return messageField(3, messageField(2, bytesField(2, reply.message)));
      const { connectionId, userId, reconnectionToken = "" } = reply;
      const fields = [bytesField(1, connectionId), bytesField(2, userId ?? ""), bytesField(3, reconnectionToken)];
      return messageField(3, messageField(1, ...fields));
    }
    // A client of this wire format cannot invoke, and its streams have no id here.
    case "invokeResponse":
    case "streamClosed":
    case "pong":
      return messageField(4);
  }
}
