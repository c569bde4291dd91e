import type { CremaEvent } from "./events.ts";

/**
 * How an event is replayed. Its subject gets the prefix `replays/<subscription>/`, and its attribute `replay` contains the id of the replay. All
 * else, including the event's id, is unchanged. Each subscription filters by the beginning of the subject: live events, or replays for one
 * subscription. That is a basic filter, which Event Grid does not charge for. An advanced filter on `replay` would cost something for every event.
 */
export const ownSubjects = "stores/";

/** The prefix of the subjects of events that are replayed to this subscription; without a subscription, the prefix of all replays. */
export function replaySubjects(subscription?: string): string {
  return subscription === undefined ? "replays/" : `replays/${subscription}/`;
}

/** The name of the subscription that delivers replays for this one. */
export function replaysName(subscription: string): string {
  return `${subscription}-replays`;
}

/** Makes the replay of an event. @param run id of the replay @param subscription the subscription that it is replayed to */
export function toldAgain(event: CremaEvent, run: string, subscription: string): CremaEvent {
  return { ...event, subject: `${replaySubjects(subscription)}${event.subject}`, replay: run };
}

/** Restores the original subject of a replayed event. Anything else is returned unchanged. */
export function asFirstTold(received: unknown): unknown {
  const { subject, replay } = (received ?? {}) as { subject?: unknown; replay?: unknown };
  if (typeof subject !== "string" || typeof replay !== "string") return received;
  return { ...(received as object), subject: subject.replace(/^replays\/[^/]+\//, "") };
}
