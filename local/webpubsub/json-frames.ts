import type { ClientFrame, Origin } from "./frames.ts";
import { type Message, messageOfFrame } from "./message.ts";

/** Parses a frame; `undefined` if it is not a JSON object. */
export function readFrame(text: string): ClientFrame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const { type } = value as ClientFrame;
    return { ...(value as ClientFrame), type: typeNamed(type), message: () => messageOfFrame(value) };
  } catch {
    return undefined;
  }
}

/** The types of frames; the service compares them without regard to case. */
const types = [
  ...["joinGroup", "leaveGroup", "sendToGroup", "event", "ping", "sequenceAck"],
  ...["invoke", "cancelInvocation", "invokeResponse", "streamData", "streamEnd"],
];

const typeNamed = (type: unknown): unknown =>
  typeof type === "string" ? (types.find((name) => name.toLowerCase() === type.toLowerCase()) ?? type) : type;

/** Serializes a message as a frame. */
export function messageFrame(message: Message, origin: Origin, sequenceId: number | undefined): string {
  const sequence = sequenceId === undefined ? "" : `,"sequenceId":${sequenceId}`;
  return `${headOf(message, origin)}${sequence},"data":${message.data}}`;
}

/** The start of a frame, which is the same for all recipients of a message. */
function headOf(message: Message, origin: Origin): string {
  const known = heads.get(message);
  if (known?.origin === origin) return known.head;
  const { dataType, metadata } = message;
  const head = JSON.stringify({ type: "message", ...origin, dataType, metadata }).slice(0, -1);
  heads.set(message, { origin, head });
  return head;
}

const heads = new WeakMap<Message, { origin: Origin; head: string }>();
