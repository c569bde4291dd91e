import type { TypedData } from "../protocol.ts";
import { type Metadata, membersOf, overlaid } from "../triggers/members.ts";
import { dotnetTime } from "./dotnet.ts";
import type { QueueMessage } from "./queue-listener.ts";

/**
 * The metadata of a queue's trigger: what is known about the message, and the members of a JSON object that it holds. Where both have a name (in
 * whatever case) the message's own wins: a message with an `id` hides the id of the message.
 *
 * Source: `QueueTriggerBinding` of the Storage extension of WebJobs, `ApplyBindingData` of the Functions host.
 */
export function queueMetadata(message: QueueMessage): Metadata {
  const known: Metadata = {
    QueueTrigger: { string: message.text },
    DequeueCount: { json: String(message.dequeueCount) },
    ExpirationTime: time(message.expiresOn),
    Id: { string: message.messageId },
    InsertionTime: time(message.insertedOn),
    NextVisibleTime: time(message.nextVisibleOn),
    PopReceipt: { string: message.popReceipt },
  };
  return overlaid(known, membersOf(objectIn(message.text)));
}

const time = (value: Date): TypedData => ({ json: JSON.stringify(dotnetTime(value)) });

/** The JSON object that a text holds; `undefined` when it holds none. */
function objectIn(text: string): unknown {
  if (!/^\s*\{[\s\S]*\}\s*$/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
