import type { EventType } from "./events.ts";
import { ownSubjects } from "./replay.ts";

/** The function that the services of the core hear events in, and the subscription that tells it of them. */
export const servicesFunction = "services";
/** The function that one of them is told in what it could not take before. */
export const againFunction = "services-again";

/**
 * Who of the core hears which events as they happen; all of them where no types are named. They share one subscription and one function, since each event
 * function is an instance group of its own that is paid by the second. What is told again, or what one of them failed at, is told to that one by its name.
 */
export const hearers = {
  workflows: [
    "crema.code.scanned.v1",
    "crema.order.submitted.v1",
    "crema.order.ready.v1",
    "crema.order.cancelled.v1",
    "crema.order.recalled.v1",
  ],
  insights: [
    "crema.order.refused.v1",
    "crema.order.collected.v1",
    "crema.order.uncollected.v1",
    "crema.order.recalled.v1",
    "crema.order.cancelled.v1",
    "crema.order.expired.v1",
    "crema.scans.refused.v1",
  ],
  publisher: undefined,
} as const satisfies Record<string, readonly EventType[] | undefined>;

export type HearerName = keyof typeof hearers;

/** What the subjects of events begin with that one of them failed at. */
export function againSubjects(name: HearerName): string {
  return `again/${name}/`;
}

/** The subscription that tells them again. */
export function againName(name: HearerName): string {
  return `${name}-again`;
}

interface Subscription {
  name: string;
  filter?: { includedEventTypes?: readonly string[]; subjectBeginsWith?: string | undefined };
}

/** Who hears what happens, and under which name: the subscriptions, and in place of the one that the services share each of them with what it hears of it. Pure. */
export function hearersIn<T extends Subscription>(subscriptions: readonly T[]): T[] {
  const live = subscriptions.filter(({ filter }) => filter?.subjectBeginsWith?.startsWith(ownSubjects));
  return live.flatMap((subscription) => {
    if (subscription.name !== servicesFunction) return [subscription];
    return Object.entries(hearers).map(([name, types]) => ({
      ...subscription,
      name,
      filter: { ...subscription.filter, ...(types && { includedEventTypes: types }) },
    }));
  });
}
