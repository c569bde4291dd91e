import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";
import { messageOfFrame, messageOfRaw } from "./message.ts";

interface Frame {
  type?: unknown;
  group?: unknown;
  ackId?: unknown;
  dataType?: unknown;
  data?: unknown;
  noEcho?: unknown;
  sequenceId?: unknown;
  stream?: unknown;
  invocationId?: unknown;
}

/** Acts on one frame of a client that speaks a JSON subprotocol. A frame that is no JSON object ends the connection. */
export function handleFrame(hub: Hub, connection: Connection, text: string): void {
  const frame = parse(text);
  if (frame === undefined) {
    connection.close("A frame was not a JSON object.");
    return;
  }
  switch (frame.type) {
    case "ping":
      connection.reply({ type: "pong" });
      return;
    case "sequenceAck":
      if (typeof frame.sequenceId === "number") connection.acknowledged(frame.sequenceId);
      return;
    case "invoke":
      connection.reply({
        type: "invokeResponse",
        invocationId: frame.invocationId,
        success: false,
        error: { name: "NotFound", message: "Invocations need an upstream event handler, and there is none here." },
      });
      return;
    default:
      answer(hub, connection, frame);
  }
}

/** Where the frames of a client without a subprotocol go: to a group, when its address says so. */
export interface RawMode {
  group: string;
  noEcho: boolean;
}

/**
 * Acts on a frame of a client without a subprotocol: it goes to a group as it stands, or to an event handler, which there is none of. What
 * cannot go anywhere ends the connection, as by the service.
 * @returns what to tell in the log when it went nowhere.
 */
export function handleRawFrame(
  hub: Hub,
  connection: Connection,
  data: Buffer,
  isBinary: boolean,
  mode: RawMode | undefined,
): string | undefined {
  if (mode === undefined) {
    connection.close("There is no event handler for 'message'.", 1011);
    return "A client without a subprotocol sent a message. It would go to an event handler, and there is none here: the connection was closed with 1011.";
  }
  const { group, noEcho } = mode;
  if (!connection.may("sendToGroup", group)) {
    connection.close("The token has no role to send to the group.");
    return `A client without a subprotocol may not send to the group ${group}: its token has neither the role webpubsub.sendToGroup nor webpubsub.sendToGroup.${group}.`;
  }
  const excluded = new Set(noEcho ? [connection.id] : []);
  const origin = { from: "group", group, fromUserId: connection.userId } as const;
  hub.send(hub.ofGroup(group), messageOfRaw(data, isBinary), origin, { excluded });
  return undefined;
}

/** Does what is acknowledged: by `ackId`, when the client gave one. One seen before is not done again. */
function answer(hub: Hub, connection: Connection, frame: Frame): void {
  const { ackId } = frame;
  const hasAckId = typeof ackId === "number";
  if (ackId !== undefined && ackId !== null && !(Number.isInteger(ackId) && Number(ackId) >= 0)) {
    connection.close(`ackId is ${JSON.stringify(ackId)}; it must be a whole number.`);
    return;
  }
  if (hasAckId && !connection.isNewAckId(ackId)) {
    const error = { name: "Duplicate", message: `Message with ack-id: ${ackId} has been processed` };
    connection.reply({ type: "ack", ackId, success: false, error });
    return;
  }
  const error = act(hub, connection, frame);
  if (hasAckId) connection.reply({ type: "ack", ackId, success: error === undefined, ...(error && { error }) });
}

type Failure = { name: string; message: string };

function act(hub: Hub, connection: Connection, frame: Frame): Failure | undefined {
  const { type, group } = frame;
  if (type === "event") return { name: "NotFound", message: "No event handler is configured for this hub." };
  if (type !== "joinGroup" && type !== "leaveGroup" && type !== "sendToGroup") {
    return { name: "BadRequest", message: `Frames of the type '${type}' are not known here.` };
  }
  if (typeof group !== "string" || group === "" || group.length > 1024) {
    return { name: "BadRequest", message: "group must be a name of 1 to 1024 characters." };
  }
  const permission = type === "sendToGroup" ? "sendToGroup" : "joinLeaveGroup";
  if (!connection.may(permission, group)) {
    const role = `webpubsub.${permission}`;
    return { name: "Forbidden", message: `The token has neither the role ${role} nor ${role}.${group}.` };
  }
  if (type === "joinGroup") hub.join(connection, group);
  if (type === "leaveGroup") hub.leave(connection, group);
  return type === "sendToGroup" ? sendToGroup(hub, connection, group, frame) : undefined;
}

function sendToGroup(hub: Hub, connection: Connection, group: string, frame: Frame): Failure | undefined {
  if (frame.stream !== undefined) return { name: "BadRequest", message: "Streams are not known here; send data." };
  const message = messageOfFrame(frame.dataType, frame.data);
  if (typeof message === "string") return { name: "BadRequest", message };
  const excluded = new Set(frame.noEcho === true ? [connection.id] : []);
  hub.send(hub.ofGroup(group), message, { from: "group", group, fromUserId: connection.userId }, { excluded });
  return undefined;
}

function parse(text: string): Frame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
