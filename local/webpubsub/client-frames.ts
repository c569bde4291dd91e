import type { Connection } from "./connection.ts";
import type { ClientFrame, Failure } from "./frames.ts";
import type { Hub } from "./hub.ts";
import { readFrame as readJsonFrame } from "./json-frames.ts";
import { type Message, textMessage } from "./message.ts";
import { groupRule, isGroupName } from "./names.ts";
import { readFrame as readProtobufFrame } from "./protobuf-frames.ts";

/** Sends a client's event to its handler; resolves with the error, or with nothing once it is handled and answered. */
export type SendEvent = (connection: Connection, name: string, message: Message) => Promise<string | undefined>;

/** Logs a problem that is not reported to anyone else. */
export type Say = (what: string) => void;

/** The close codes for a client at fault: the wrong kind of WebSocket message, and a frame that is not as the subprotocol describes. */
const wrongKind = 1003;
const wrongFrame = 1007;

/**
 * Handles one frame of a subprotocol client. A frame that does not match the subprotocol's description ends the connection, also if it has an `ackId`.
 * Resolves when the next frame may be handled.
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/reference-json-webpubsub-subprotocol "Service declines the client"
 */
export function handleFrame(
  hub: Hub,
  connection: Connection,
  data: Buffer,
  isBinary: boolean,
  sendEvent: SendEvent,
  say: Say,
): Promise<void> | undefined {
  const decline = (why: string, code: typeof wrongKind | typeof wrongFrame = wrongFrame): undefined => {
    connection.close(why, code);
    say(`A client was closed with ${code}: ${why}`);
  };
  const json = connection.wire === "json";
  if (isBinary === json)
    return decline(`The ${connection.wire} subprotocols have ${json ? "text" : "binary"} frames only.`, wrongKind);
  const frame = json ? readJsonFrame(data.toString()) : readProtobufFrame(data);
  if (frame === undefined)
    return decline(json ? "A frame was not a JSON object." : "A frame was not a message of the subprotocol's schema.");
  switch (frame.type) {
    case "ping":
      connection.reply({ type: "pong" });
      return undefined;
    case "sequenceAck":
      if (!isCount(frame.sequenceId))
        return decline(`sequenceId is ${JSON.stringify(frame.sequenceId)}; it must be a whole number.`);
      connection.acknowledged(frame.sequenceId);
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
    default: {
      const asked = operationOf(frame);
      return typeof asked === "string" ? decline(asked) : answer(hub, connection, frame, asked, sendEvent, say);
    }
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
  if (!connection.permissions.allows("sendToGroup", group)) {
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

/** What a valid frame asks for. */
type Operation = { ackId: number | undefined } & (
  | { type: "joinGroup"; group: string }
  | { type: "leaveGroup"; group: string }
  | { type: "sendToGroup"; group: string; noEcho: boolean; ttlSeconds: number; message: Message }
  | { type: "event"; event: string; message: Message }
);

/** Validates a frame: the operation, or what is wrong with it. */
function operationOf(frame: ClientFrame): Operation | string {
  const { type, group, event, noEcho = false } = frame;
  const ackId = frame.ackId ?? undefined;
  const ttlSeconds = frame.ttlSeconds ?? 0;
  if (type !== "joinGroup" && type !== "leaveGroup" && type !== "sendToGroup" && type !== "event")
    return type === undefined
      ? "A frame has no known type."
      : `Frames of the type ${JSON.stringify(type)?.slice(0, 100)} are not supported.`;
  if (ackId !== undefined && !isCount(ackId)) return `ackId is ${JSON.stringify(ackId)}; it must be a whole number.`;
  if (type === "event") {
    if (typeof event !== "string" || !/^[a-z][\w.-]{0,127}$/i.test(event))
      return "event must be a name: a letter, then up to 127 letters, digits, underscores, dots and hyphens.";
  } else if (!isGroupName(group)) return `group must be ${groupRule}.`;
  if (type === "joinGroup" || type === "leaveGroup") return { type, ackId, group: String(group) };
  if (!isCount(ttlSeconds) || ttlSeconds > 300) return "ttlSeconds must be a whole number from 0 to 300.";
  if (typeof noEcho !== "boolean") return "noEcho must be true or false.";
  // The start of a stream may be without data. It is refused in any case.
  const message = frame.stream === undefined ? (frame.message?.() ?? "data is missing.") : textMessage("");
  if (typeof message === "string") return message;
  return type === "event"
    ? { type, ackId, event: String(event), message }
    : { type, ackId, group: String(group), noEcho, ttlSeconds, message };
}

/**
 * Performs an operation and acknowledges it if the client gave an `ackId`. One that has succeeded is not performed again; one that failed can be tried
 * again with the same `ackId`.
 */
function answer(
  hub: Hub,
  connection: Connection,
  frame: ClientFrame,
  asked: Operation,
  sendEvent: SendEvent,
  say: Say,
): Promise<void> | undefined {
  const { ackId, type } = asked;
  if (ackId !== undefined && connection.hasDone(ackId)) {
    const error: Failure = { name: "Duplicate", message: `Message with ack-id: ${ackId} has been processed` };
    connection.replyOnceWritten({ type: "ack", ackId, success: false, error });
    return undefined;
  }
  const acknowledge = (error: Failure | undefined) => {
    if (ackId !== undefined) {
      if (error === undefined) connection.done(ackId);
      connection.replyOnceWritten({ type: "ack", ackId, success: error === undefined, ...(error && { error }) });
    } else if (error !== undefined) {
      refuseStream(connection, frame, error);
      say(`A client's ${type} failed, and the client is not told, because the frame has no ackId: ${error.message}`);
    }
  };
  if (asked.type !== "event") {
    acknowledge(act(hub, connection, asked, frame.stream !== undefined));
    return undefined;
  }
  if (frame.stream !== undefined) {
    acknowledge(noStreams);
    return undefined;
  }
  return sendEvent(connection, asked.event, asked.message).then((failure) =>
    acknowledge(failure === undefined ? undefined : { name: "InternalServerError", message: failure }),
  );
}

/** A client that starts a stream waits for a response without an ackId. (`OutboundStreamSession` of the 1.1 client) */
function refuseStream(connection: Connection, { stream }: ClientFrame, error: Failure): void {
  const { streamId } = (stream ?? {}) as { streamId?: unknown };
  if (typeof streamId === "string") connection.reply({ type: "streamClosed", streamId, error });
}

const noStreams: Failure = { name: "BadRequest", message: "Streams are not emulated; send data." };

function act(
  hub: Hub,
  connection: Connection,
  asked: Exclude<Operation, { type: "event" }>,
  isStream: boolean,
): Failure | undefined {
  const { type, group } = asked;
  const permission = type === "sendToGroup" ? "sendToGroup" : "joinLeaveGroup";
  if (!connection.permissions.allows(permission, group)) {
    const role = `webpubsub.${permission}`;
    return { name: "Forbidden", message: `The client has neither the role ${role} nor ${role}.${group}.` };
  }
  if (isStream) return noStreams;
  if (asked.type === "joinGroup") hub.join(connection, group);
  if (asked.type === "leaveGroup") hub.leave(connection, group);
  if (asked.type === "sendToGroup") {
    const { message, noEcho, ttlSeconds } = asked;
    const excluded = new Set(noEcho ? [connection.id] : []);
    const origin = { from: "group", group, fromUserId: connection.userId } as const;
    hub.send(hub.ofGroup(group), message, origin, { excluded, ttlSeconds });
  }
  return undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
