import type { Connection } from "./connection.ts";
import type { ClientFrame, Failure } from "./frames.ts";
import type { Hub } from "./hub.ts";
import { readFrame as readJsonFrame } from "./json-frames.ts";
import type { Message } from "./message.ts";
import { groupRule, isGroupName } from "./names.ts";
import { readFrame as readProtobufFrame } from "./protobuf-frames.ts";

/** Sends a client's event to its handler; resolves with the error, or with nothing once it is handled and answered. */
export type SendEvent = (connection: Connection, name: string, message: Message) => Promise<string | undefined>;

/** Logs a problem that is not reported to anyone else. */
export type Say = (what: string) => void;

/**
 * Handles one frame of a subprotocol client. A frame that is unreadable or not part of the subprotocol closes the connection. Resolves when
 * the next frame may be handled.
 */
export function handleFrame(
  hub: Hub,
  connection: Connection,
  data: Buffer,
  isBinary: boolean,
  sendEvent: SendEvent,
  say: Say,
): Promise<void> | undefined {
  const json = connection.wire === "json";
  if (isBinary === json) {
    connection.close(`The ${connection.wire} subprotocols have ${json ? "text" : "binary"} frames only.`);
    return undefined;
  }
  const frame = json ? readJsonFrame(data.toString()) : readProtobufFrame(data);
  if (frame === undefined) {
    connection.close(
      json ? "A frame was not a JSON object." : "A frame was not a message of the subprotocol's schema.",
    );
    return undefined;
  }
  switch (frame.type) {
    case "ping":
      connection.reply({ type: "pong" });
      return undefined;
    case "sequenceAck":
      if (isCount(frame.sequenceId)) connection.acknowledged(frame.sequenceId);
      else connection.close(`sequenceId is ${JSON.stringify(frame.sequenceId)}; it must be a whole number.`);
      return undefined;
    case "invoke":
      connection.reply({
        ...{ type: "invokeResponse", invocationId: frame.invocationId, success: false },
        error: { name: "NotFound", message: "Invocations are not emulated; send an event, and answer it." },
      });
      return undefined;
    // What these refer to was already refused.
    case "cancelInvocation":
    case "invokeResponse":
    case "streamData":
    case "streamEnd":
      return undefined;
    default:
      return answer(hub, connection, frame, sendEvent, say);
  }
}

/** Where the frames of a client without a subprotocol go: to a group, if the connection URL says so. */
export interface RawMode {
  group: string;
  noEcho: boolean;
}

/**
 * Handles a frame of a client without a subprotocol: it is sent unchanged to a group, or to the event handler of `message`. A frame without a
 * destination closes the connection, as in the service. Resolves when the next frame may be handled.
 * @param say logs a frame without a destination.
 */
export function handleRawFrame(
  hub: Hub,
  connection: Connection,
  message: Message,
  mode: RawMode | undefined,
  sendEvent: SendEvent,
  say: Say,
): Promise<void> | undefined {
  if (mode === undefined) {
    return sendEvent(connection, "message", message).then((failure) => {
      if (failure === undefined) return;
      connection.close(failure, 1011);
      say(`A client without a subprotocol sent a message, and was closed with 1011: ${failure}`);
    });
  }
  const { group, noEcho } = mode;
  if (!connection.may("sendToGroup", group)) {
    connection.close("The token has no role to send to the group.");
    say(
      `A client without a subprotocol may not send to the group ${group}: its token has neither the role webpubsub.sendToGroup nor webpubsub.sendToGroup.${group}.`,
    );
    return undefined;
  }
  const excluded = new Set(noEcho ? [connection.id] : []);
  hub.send(hub.ofGroup(group), message, { from: "group", group, fromUserId: connection.userId }, { excluded });
  return undefined;
}

/** Performs an operation and acknowledges it if the client gave an `ackId`. A repeated `ackId` is not performed again. */
function answer(
  hub: Hub,
  connection: Connection,
  frame: ClientFrame,
  sendEvent: SendEvent,
  say: Say,
): Promise<void> | undefined {
  const { ackId, type } = frame;
  if (ackId !== undefined && ackId !== null && !isCount(ackId)) {
    connection.close(`ackId is ${JSON.stringify(ackId)}; it must be a whole number.`);
    return undefined;
  }
  if (typeof ackId !== "number" && !acknowledged.has(type)) {
    connection.close(unknownType(type));
    say(`A client was closed with 1008: ${unknownType(type)}`);
    return undefined;
  }
  const acknowledge = (error: Failure | undefined) => {
    if (typeof ackId === "number")
      connection.replyOnceWritten({ type: "ack", ackId, success: error === undefined, ...(error && { error }) });
    else if (error !== undefined) {
      refuseStream(connection, frame, error);
      say(`A client's ${type} failed, and the client is not told, because the frame has no ackId: ${error.message}`);
    }
  };
  if (typeof ackId === "number" && !connection.isNewAckId(ackId)) {
    acknowledge({ name: "Duplicate", message: `Message with ack-id: ${ackId} has been processed` });
    return undefined;
  }
  if (type !== "event") {
    acknowledge(act(hub, connection, frame));
    return undefined;
  }
  const message = eventOf(frame);
  if (typeof message === "string") {
    acknowledge({ name: "BadRequest", message });
    return undefined;
  }
  return sendEvent(connection, String(frame.event), message).then((failure) =>
    acknowledge(failure === undefined ? undefined : { name: "InternalServerError", message: failure }),
  );
}

const acknowledged: ReadonlySet<unknown> = new Set(["joinGroup", "leaveGroup", "sendToGroup", "event"]);

const unknownType = (type: unknown) =>
  type === undefined
    ? "A frame has no known type."
    : `Frames of the type ${JSON.stringify(type)?.slice(0, 100)} are not supported.`;

/** The message of an event, or the error. */
function eventOf({ event, stream, message }: ClientFrame): Message | string {
  if (typeof event !== "string" || !/^[\w.-]{1,128}$/.test(event))
    return "event must be a name of 1 to 128 letters, digits, underscores, dots and hyphens.";
  if (stream !== undefined) return noStreams;
  return message?.() ?? "data is missing.";
}

/** A client that starts a stream waits for a response without an ackId. (`OutboundStreamSession` of the 1.1 client) */
function refuseStream(connection: Connection, { stream }: ClientFrame, error: Failure): void {
  const { streamId } = (stream ?? {}) as { streamId?: unknown };
  if (typeof streamId === "string") connection.reply({ type: "streamClosed", streamId, error });
}

const noStreams = "Streams are not emulated; send data.";

function act(hub: Hub, connection: Connection, frame: ClientFrame): Failure | undefined {
  const { type, group } = frame;
  if (type !== "joinGroup" && type !== "leaveGroup" && type !== "sendToGroup") {
    return { name: "BadRequest", message: unknownType(type) };
  }
  if (!isGroupName(group)) return { name: "BadRequest", message: `group must be ${groupRule}.` };
  const permission = type === "sendToGroup" ? "sendToGroup" : "joinLeaveGroup";
  if (!connection.may(permission, group)) {
    const role = `webpubsub.${permission}`;
    return { name: "Forbidden", message: `The token has neither the role ${role} nor ${role}.${group}.` };
  }
  if (type === "joinGroup") hub.join(connection, group);
  if (type === "leaveGroup") hub.leave(connection, group);
  return type === "sendToGroup" ? sendToGroup(hub, connection, group, frame) : undefined;
}

function sendToGroup(hub: Hub, connection: Connection, group: string, frame: ClientFrame): Failure | undefined {
  const { stream, noEcho, ttlSeconds } = frame;
  if (stream !== undefined) return { name: "BadRequest", message: noStreams };
  if (ttlSeconds !== undefined && ttlSeconds !== null && !(Number.isInteger(ttlSeconds) && isTimeToLive(ttlSeconds)))
    return { name: "BadRequest", message: "ttlSeconds must be a whole number from 0 to 300." };
  if (noEcho !== undefined && noEcho !== null && typeof noEcho !== "boolean")
    return { name: "BadRequest", message: "noEcho must be true or false." };
  const message = frame.message?.() ?? "data is missing.";
  if (typeof message === "string") return { name: "BadRequest", message };
  const excluded = new Set(noEcho === true ? [connection.id] : []);
  const origin = { from: "group", group, fromUserId: connection.userId } as const;
  hub.send(hub.ofGroup(group), message, origin, { excluded, ttlSeconds: Number(ttlSeconds ?? 0) });
  return undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isTimeToLive = (seconds: unknown) => Number(seconds) >= 0 && Number(seconds) <= 300;
