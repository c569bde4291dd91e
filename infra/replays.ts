import { hearersIn } from "../contracts/hearers.ts";
import { ownSubjects, replaySubjects, replaysName } from "../contracts/replay.ts";

/** A subscription as `resources.json` declares it, as far as it is looked at here. */
export interface Declared {
  name: string;
  filter?: { includedEventTypes?: readonly string[]; subjectBeginsWith?: string | undefined };
}

/** Whether a subscription hears what happens, and not what is told again. */
export function isLive({ filter }: Declared): boolean {
  return filter?.subjectBeginsWith?.startsWith(ownSubjects) === true;
}

/** The subscription, so that it hears what happens and nothing that is told again. @throws Error when its filter asks for other subjects */
export function live<T extends Declared>(subscription: T): T {
  const subjectBeginsWith = subscription.filter?.subjectBeginsWith ?? ownSubjects;
  const declared = { ...subscription, filter: { ...subscription.filter, subjectBeginsWith } };
  if (isLive(declared)) return declared;
  throw new Error(
    `The subscription ${declared.name} asks for subjects that begin with "${subjectBeginsWith}"; they begin with "${ownSubjects}".`,
  );
}

/**
 * The subscription beside it that hears what is told again to it by name, and nothing else: the same function, retries and types.
 * What it asks of the rest of the subject, who replays must see to.
 */
export function replaysOf<T extends Declared>(subscription: T): T {
  const { name, filter } = subscription;
  const subjectBeginsWith = `${replaySubjects(name)}${filter?.subjectBeginsWith ?? ""}`;
  return { ...subscription, name: replaysName(name), filter: { ...filter, subjectBeginsWith } };
}

/** Those whom a replay can name, each with the types that it is told; `undefined` stands for all. */
export function replayTargets(subscriptions: readonly Declared[]): Map<string, readonly string[] | undefined> {
  const twins = new Map(subscriptions.map((each) => [each.name, each]));
  return new Map(
    hearersIn(subscriptions).flatMap(({ name }) => {
      const twin = twins.get(replaysName(name));
      return twin === undefined ? [] : [[name, twin.filter?.includedEventTypes] as const];
    }),
  );
}
