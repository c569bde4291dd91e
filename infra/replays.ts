import { hearersIn } from "../contracts/hearers.ts";
import { ownSubjects, replaySubjects, replaysName } from "../contracts/replay.ts";

/** A subscription in `resources.json`, with the fields that this module reads. */
export interface Declared {
  name: string;
  filter?: { includedEventTypes?: readonly string[]; subjectBeginsWith?: string | undefined };
}

/** Whether a subscription receives live events and no replays. */
export function isLive({ filter }: Declared): boolean {
  return filter?.subjectBeginsWith?.startsWith(ownSubjects) === true;
}

/** The subscription with a filter for live events only. @throws Error if its filter has other subjects */
export function live<T extends Declared>(subscription: T): T {
  const subjectBeginsWith = subscription.filter?.subjectBeginsWith ?? ownSubjects;
  const declared = { ...subscription, filter: { ...subscription.filter, subjectBeginsWith } };
  if (isLive(declared)) return declared;
  throw new Error(
    `The subscription ${declared.name} asks for subjects that begin with "${subjectBeginsWith}"; they begin with "${ownSubjects}".`,
  );
}

/**
 * The second subscription, which receives only replays that name the first one. Function, retries and types are the same. If the first one filters by a longer
 * subject prefix, whoever replays events must use matching subjects.
 */
export function replaysOf<T extends Declared>(subscription: T): T {
  const { name, filter } = subscription;
  const subjectBeginsWith = `${replaySubjects(name)}${filter?.subjectBeginsWith ?? ""}`;
  return { ...subscription, name: replaysName(name), filter: { ...filter, subjectBeginsWith } };
}

/** The possible targets of a replay, each with its event types; `undefined` means all types. */
export function replayTargets(subscriptions: readonly Declared[]): Map<string, readonly string[] | undefined> {
  const twins = new Map(subscriptions.map((each) => [each.name, each]));
  return new Map(
    hearersIn(subscriptions).flatMap(({ name }) => {
      const twin = twins.get(replaysName(name));
      return twin === undefined ? [] : [[name, twin.filter?.includedEventTypes] as const];
    }),
  );
}
