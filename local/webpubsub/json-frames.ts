import type { ClientFrame, Origin } from "./frames.ts";
import { type Message, messageOfFrame } from "./message.ts";

/** Reads a frame; `undefined` when it is no JSON object. */
export function readFrame(text: string): ClientFrame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return { ...(value as ClientFrame), message: () => messageOfFrame(value) };
  } catch {
    return undefined;
  }
}

/** A message as a frame. */
export function messageFrame(message: Message, origin: Origin, sequenceId: number | undefined): string {
  const sequence = sequenceId === undefined ? "" : `,"sequenceId":${sequenceId}`;
  const metadata = message.metadata === undefined ? "" : `,"metadata":${JSON.stringify(message.metadata)}`;
  const head = JSON.stringify({ type: "message", ...origin, dataType: message.dataType });
  return `${head.slice(0, -1)}${sequence}${metadata},"data":${message.data}}`;
}
