import type { TypedData } from "../protocol.ts";
import { dotnetTime } from "./dotnet.ts";
import type { QueueMessage } from "./queue-listener.ts";

/**
 * The metadata of a queue's trigger: what is known about the message, and the members of a JSON object that it holds. Where both have a name (in
 * whatever case) the message's own wins: a message with an `id` hides the id of the message.
 *
 * Source: `QueueTriggerBinding` of the Storage extension of WebJobs, `ApplyBindingData` of the Functions host.
 */
export function queueMetadata(message: QueueMessage): Record<string, TypedData> {
  const known: Record<string, TypedData> = {
    QueueTrigger: { string: message.text },
    DequeueCount: { json: String(message.dequeueCount) },
    ExpirationTime: time(message.expiresOn),
    Id: { string: message.messageId },
    InsertionTime: time(message.insertedOn),
    NextVisibleTime: time(message.nextVisibleOn),
    PopReceipt: { string: message.popReceipt },
  };
  for (const [name, value] of Object.entries(membersOf(message.text))) {
    const data = memberData(value);
    const same = Object.keys(known).find((other) => other.toLowerCase() === name.toLowerCase());
    if (data !== undefined) known[same ?? name] = data;
  }
  return known;
}

const time = (value: Date): TypedData => ({ json: JSON.stringify(dotnetTime(value)) });

function membersOf(text: string): object {
  if (!/^\s*\{[\s\S]*\}\s*$/.test(text)) return {};
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}

/** Objects are passed on, lists and null are not; anything else becomes text as .NET writes it. */
function memberData(value: unknown): TypedData | undefined {
  if (value === null || Array.isArray(value)) return undefined;
  if (typeof value === "object") return { json: JSON.stringify(value) };
  return { string: typeof value === "boolean" ? (value ? "True" : "False") : String(value) };
}
