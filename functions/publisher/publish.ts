import type { InvocationContext } from "@azure/functions";
import { type CremaEvent, eventTypes, parseEvent, storeOf } from "../../contracts/events.ts";
import type { Pushed } from "../../contracts/push.ts";
import { staffEpoch } from "../platform/caller.ts";
import { webPubSub } from "../platform/clients.ts";
import { InvalidEventError } from "../platform/received.ts";
import { endEpoch } from "./epochs.ts";
import { inOne } from "./in-one.ts";
import { inAnyOf, isForAll, needEpoch, newestIn, type Push, pushesOf } from "./messages.ts";
import { sendNewest } from "./newest.ts";

/**
 * Sends an event's messages to the screens. A repetition is harmless, since each message carries the version of what it describes. Events of unknown types are
 * ignored.
 * @returns the event; `undefined` if it is ignored @throws InvalidEventError
 */
export async function publish(
  received: unknown,
  log: Pick<InvocationContext, "debug">,
): Promise<CremaEvent | undefined> {
  const { type, id } = (received ?? {}) as { type?: unknown; id?: unknown };
  if (typeof type === "string" && !(eventTypes as string[]).includes(type)) {
    log.debug(`No screen is told of ${type}`);
    return undefined;
  }
  const parsed = parseEvent(received);
  if ("problems" in parsed) throw new InvalidEventError(String(id), parsed.problems);
  const { event } = parsed;
  // The subscription's filter excludes replays, by their subject. This is for one that somebody published with its original subject.
  if (event.replay !== undefined) {
    log.debug(`No screen is told of what is told again: ${event.id}`);
    return undefined;
  }
  const storeId = storeOf(event.subject);
  if (event.type === "crema.staff.changed.v1") await endEpoch(storeId, event.data.epoch - 1);
  const epoch = needEpoch(pushesOf(event)) ? await staffEpoch(storeId) : 0;
  await Promise.all(pushesOf(event, epoch).map(tell));
  return event;
}

/**
 * Sends one message. In a rush, the queue's length and the remaining scans of a code change many times during one call; then only the newest version is sent.
 * Messages to staff and displays about several orders are batched.
 */
function tell({ groups, message }: Push): Promise<void> {
  const newest = newestIn({ groups, message });
  if (newest) return sendNewest(newest.key, newest.version, () => send(groups, message));
  if (!isForAll({ groups, message })) return send(groups, message);
  return inOne(groups.join(), message, ([one = message, ...others]) =>
    send(groups, others.length === 0 ? one : { kind: "together", messages: [one, ...others] }),
  );
}

/** Sends a message in one call, whatever the number of groups. A connection in several groups receives it once. */
async function send([first = "", ...others]: string[], message: Pushed<Push["message"]>): Promise<void> {
  const client = await webPubSub();
  if (others.length === 0) await client.group(first).sendToAll(message);
  else await client.sendToAll(message, { filter: inAnyOf([first, ...others]) });
}
