import type { CremaEvent } from "../../../contracts/events.ts";
import { isCalm } from "../fair.ts";
import { textOf } from "../sorted.ts";
import type { World } from "../world.ts";
import { withoutForgotten } from "./forgotten.ts";
import type { Check, Look } from "./look.ts";

/** Every event was published, and never with different content under the same id. */
export const events: Check = ({ world, events, played: { store, forgotten } }) => {
  // For forgotten customers nothing else has changed.
  const read = (text: string) => withoutForgotten(forgotten, JSON.parse(text) as CremaEvent);
  const wrong: string[] = [];
  for (const event of events) {
    const published = world.published.get(event.id);
    if (published === undefined) wrong.push(`The event ${event.id} (${event.type}) was never published.`);
    else if (factOf(read(published)) !== factOf(withoutForgotten(forgotten, event)))
      wrong.push(`The event ${event.id} was published otherwise.`);
  }
  for (const { id, one, other } of world.doubled.filter(({ subject }) => subject.startsWith(`stores/${store}/`)))
    if (textOf(read(one)) !== textOf(read(other))) wrong.push(`Two different events were published as ${id}.`);
  return wrong;
};

/** Published events about a stand's orders and codes are those of that stand, and no event belongs to two stands. */
export const published = (looks: readonly Look[]): string[] => {
  const told = new Map(looks.map(({ played, events }) => [played.store, new Set(events.map(({ id }) => id))]));
  const [first] = looks;
  return [...(first?.world.published ?? [])].flatMap(([id, text]) => {
    const { subject, type } = JSON.parse(text) as CremaEvent;
    const [, store = "", what = ""] = subject.split("/");
    const stores = [...told].filter(([, ids]) => ids.has(id)).map(([name]) => name);
    const isLast = !["orders", "codes"].includes(what);
    return !told.has(store) || isLast || (stores.length === 1 && stores[0] === store)
      ? []
      : [`The event ${id} (${type}) of ${store} was published, and was told by ${stores.join(" and ") || "nobody"}.`];
  });
};

const factOf = ({ id, type, subject, time, sequence, data }: CremaEvent) =>
  textOf({ id, type, subject, time, sequence, data });

interface DeadLetter {
  subscription: string;
  event: { id: string; subject: string };
}

/** The events of a store that Event Grid has dead-lettered. */
export function givenUp({ azure }: World, store: string): DeadLetter[] {
  const letters = azure.eventGrid.deadLetters() as unknown as DeadLetter[];
  return letters.filter(({ event }) => event.subject?.includes(`stores/${store}/`));
}

/** Whether it was to be pushed to the screens. */
export const isPush = ({ subscription }: DeadLetter): boolean => subscription === "publisher-again";

/** Only pushes may be dead letters, and only at a fair with faults. */
export const deadLetters: Check = ({ world, fair, played }) =>
  givenUp(world, played.store)
    .filter((letter) => isCalm(fair) || !isPush(letter))
    .map(({ event, subscription }) => `${event.id} was given up on its way to ${subscription}.`);

/** No delivery is pending when everything is at rest, as one would be that fails again and again. */
export const delivered = ([first]: readonly Look[]): string[] =>
  (first?.world.azure.eventGrid.deliveries() ?? []).map(
    ({ eventId, subscription, attempts, lastOutcome }) =>
      `The event ${eventId} is still on its way to ${subscription}, after ${attempts} attempts: ${lastOutcome}.`,
  );
