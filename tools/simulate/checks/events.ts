import type { CremaEvent } from "../../../contracts/events.ts";
import { textOf } from "../sorted.ts";
import type { Check } from "./look.ts";

/** Every event was published, and never with other content under the same id. */
export const events: Check = ({ world, events }) => {
  const wrong: string[] = [];
  for (const event of events) {
    const published = world.published.get(event.id);
    if (published === undefined) wrong.push(`The event ${event.id} (${event.type}) was never published.`);
    else if (factOf(JSON.parse(published)) !== factOf(event))
      wrong.push(`The event ${event.id} was published otherwise.`);
  }
  for (const id of world.doubled.splice(0)) wrong.push(`Two different events were published as ${id}.`);
  return wrong;
};

const factOf = ({ id, type, subject, time, sequence, data }: CremaEvent) =>
  textOf({ id, type, subject, time, sequence, data });

/** Nothing is given up but what hung on a screen that could not be told. */
export const deadLetters: Check = ({ world, day, played }) => {
  const letters = world.azure.eventGrid.deadLetters();
  return letters.flatMap((letter) => {
    const { subscription, event } = letter as unknown as {
      subscription: string;
      event: { id: string; subject: string };
    };
    if (!event.subject?.includes(`stores/${played.store}/`)) return [];
    const explained = subscription === "publisher" && day.troubles.length > 0;
    return explained ? [] : [`${event.id} was given up on its way to ${subscription}.`];
  });
};
