import type { InvocationContext } from "@azure/functions";
import { app, type DurableClient } from "durable-functions";
import type { CremaEvent, EventType } from "../../contracts/events.ts";
import { againFunction, againSubjects, type HearerName, hearers, servicesFunction } from "../../contracts/hearers.ts";
import { ownSubjects, replaySubjects } from "../../contracts/replay.ts";
import { allEnded } from "./all-ended.ts";
import { eventGrid } from "./clients.ts";
import { type Outgoing, outgoing } from "./outgoing.ts";
import { isSwitchedOff } from "./settings.ts";

type Work = (event: unknown, context: InvocationContext, client: DurableClient) => Promise<void>;

interface Hearer {
  name: HearerName;
  /** All where none are named. */
  types?: readonly EventType[] | undefined;
}

const works = new Map<HearerName, { hearer: Hearer; work: Work }>();

/**
 * Has `work` hear events, beside that of the other services, in one function. They hear of one at the same time, and none waits for another, nor hears again
 * of what another failed at: what one of them throws is told again to that one alone, by a subscription of its own, which has its retries and its dead letters.
 * @param types beside those that `contracts/hearers.ts` names
 */
export function hears(name: HearerName, work: Work, types: readonly EventType[] = []): void {
  const declared: readonly EventType[] | undefined = hearers[name];
  works.set(name, { hearer: { name, types: declared && [...declared, ...types] }, work });
  if (works.size > 1) return;
  app.client.eventGrid(servicesFunction, {
    handler: async (event: unknown, client: DurableClient, context) => {
      const those = [...works.values()].filter(({ hearer }) => isFor(hearer, event) && !isSwitchedOff(hearer.name));
      const parts = those.map(({ hearer, work: does }) => ({
        name: hearer.name,
        work: () => does(event, context, client),
      }));
      await tellAll(parts, async (failed, error) => {
        if (!isOwn(event)) throw error;
        context.warn(`What ${failed} could not take is told again: ${error}`);
        await tellAgain(event, failed);
      });
    },
  });
  app.client.eventGrid(againFunction, {
    handler: async (event: unknown, client: DurableClient, context) => {
      const { name: whom, event: before } = asBefore(event);
      await works.get(whom)?.work(before, context, client);
    },
  });
}

/** Whether it is told as it happens. Pure. */
function isOwn(event: unknown): event is CremaEvent {
  const { subject } = (event ?? {}) as { subject?: unknown };
  return typeof subject === "string" && subject.startsWith(ownSubjects);
}

/** Whether an event is for somebody, by its type as it happens, or by their name as it is told again. Pure. */
export function isFor({ name, types }: Hearer, event: unknown): boolean {
  const { subject, type } = (event ?? {}) as { subject?: unknown; type?: unknown };
  if (typeof subject === "string" && subject.startsWith(replaySubjects()))
    return subject.startsWith(replaySubjects(name));
  return types === undefined || (types as readonly unknown[]).includes(type);
}

/**
 * Has each of those do their part, all at the same time.
 * @param failed called for each that throws; what it throws itself lets Event Grid tell the event again, to all of them
 * @throws AggregateError of that, when all have ended
 */
export async function tellAll<N extends string>(
  those: readonly { name: N; work: () => Promise<void> }[],
  failed: (name: N, error: unknown) => Promise<void>,
): Promise<void> {
  await allEnded(those.map(({ name, work }) => work().catch((error) => failed(name, error))));
}

/** Puts an event that somebody failed at on its way to them once more. */
async function tellAgain(event: CremaEvent, name: HearerName): Promise<void> {
  const again = outgoing({ ...event, subject: `${againSubjects(name)}${event.subject}` });
  await (await eventGrid()).send([again] as Outgoing);
}

/** Who is told again, and the event as it was told before. Pure. @throws Error for what is told to nobody, which ends as a dead letter */
export function asBefore(event: unknown): { name: HearerName; event: unknown } {
  const { subject } = (event ?? {}) as { subject?: unknown };
  for (const name of Object.keys(hearers) as HearerName[]) {
    const begins = againSubjects(name);
    if (typeof subject !== "string" || !subject.startsWith(begins)) continue;
    return { name, event: { ...(event as object), subject: subject.slice(begins.length) } };
  }
  throw new Error(
    `Nobody is told again by the subject "${subject}"; it would begin with "${againSubjects("workflows")}".`,
  );
}
