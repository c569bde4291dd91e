import type { EventType } from "./events.ts";
import { ownSubjects } from "./replay.ts";

/** The name of the function that receives events for the services of the core, and of its subscription. */
export const servicesFunction = "services";
/** The function that delivers an event again to a single service, after that service failed. */
export const againFunction = "services-again";

/**
 * Which live events each service of the core receives; `undefined` means all. The services share one subscription and one function, since each
 * event function is an instance group of its own, which is paid by the second. Replays and retries go to a single service, by its name.
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

/** The prefix of the subject of an event that is delivered again to a service that failed. */
export function againSubjects(name: HearerName): string {
  return `again/${name}/`;
}

/** The name of the subscription that delivers an event again to a service that failed. */
export function againName(name: HearerName): string {
  return `${name}-again`;
}

interface Subscription {
  name: string;
  filter?: { includedEventTypes?: readonly string[]; subjectBeginsWith?: string | undefined };
}

/** The subscribers to live events: one for each subscription, and one for each service of the core in place of the subscription that they share. Pure. */
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
