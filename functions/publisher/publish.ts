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
 * Tells the screens of an event. Twice is harmless: each message carries the version of what it describes.
 * An event of a type that we do not know is somebody else's.
 * @returns the event; undefined when it is none that anybody is to hear of @throws InvalidEventError
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
  // The subscription lets none through; this is for one that somebody published under a subject of its own time.
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
 * In a rush the queue's length and what is left of a code change many times while they are told once: then the newest is told for all of them. What staff or
 * the display are told of many orders goes together.
 */
function tell({ groups, message }: Push): Promise<void> {
  const newest = newestIn({ groups, message });
  if (newest) return sendNewest(newest.key, newest.version, () => send(groups, message));
  if (!isForAll({ groups, message })) return send(groups, message);
  return inOne(groups.join(), message, ([one = message, ...others]) =>
    send(groups, others.length === 0 ? one : { kind: "together", messages: [one, ...others] }),
  );
}

/** One message is one call, however many groups hear it; who is in several of them hears it once. */
async function send([first = "", ...others]: string[], message: Pushed<Push["message"]>): Promise<void> {
  const client = await webPubSub();
  if (others.length === 0) await client.group(first).sendToAll(message);
  else await client.sendToAll(message, { filter: inAnyOf([first, ...others]) });
}
