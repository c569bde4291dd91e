import type { CremaEvent } from "./events.ts";

/**
 * How an event is told again. Its subject gets `replays/<subscription>/` in front, and it carries `replay`, the id of the run; all else, its id
 * too, is what it was. So every subscription says by the beginning of the subject what it hears: the stand's own events, or what is told again to
 * it by name. That is a basic filter, which Event Grid does not charge for; an advanced one on `replay` would be paid with each event there is.
 */
export const ownSubjects = "stores/";

/** What the subjects of events begin with that are told again to this subscription; without one, of all that are told again. */
export function replaySubjects(subscription?: string): string {
  return subscription === undefined ? "replays/" : `replays/${subscription}/`;
}

/** The name of the subscription that hears what is told again to this one. */
export function replaysName(subscription: string): string {
  return `${subscription}-replays`;
}

/** An event as it is told again. @param run id of the replay @param subscription whom it is told */
export function toldAgain(event: CremaEvent, run: string, subscription: string): CremaEvent {
  return { ...event, subject: `${replaySubjects(subscription)}${event.subject}`, replay: run };
}

/** What was delivered, with the subject that the event had when it was told first. What is no replay is given back as it is. */
export function asFirstTold(received: unknown): unknown {
  const { subject, replay } = (received ?? {}) as { subject?: unknown; replay?: unknown };
  if (typeof subject !== "string" || typeof replay !== "string") return received;
  return { ...(received as object), subject: subject.replace(/^replays\/[^/]+\//, "") };
}
