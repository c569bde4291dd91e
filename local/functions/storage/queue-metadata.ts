import type { TypedData } from "../protocol.ts";
import { type Metadata, membersOf, overlaid } from "../triggers/members.ts";
import { dotnetTime } from "./dotnet.ts";
import type { QueueMessage } from "./queue-listener.ts";

/**
 * The metadata of a queue trigger: the properties of the message, and the members of the JSON object in it. If a name is in both (in any case), the
 * content takes precedence: a message with an `id` in its content hides the message's id.
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

/** The JSON object in a text; `undefined` if it is not one. */
function objectIn(text: string): unknown {
  if (!/^\s*\{[\s\S]*\}\s*$/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
