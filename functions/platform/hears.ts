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
  /** If missing, all types. */
  types?: readonly EventType[] | undefined;
}

const works = new Map<HearerName, { hearer: Hearer; work: Work }>();

/**
 * Registers a service's `work` for events, in one function that all services share. The services handle an event in parallel and independently. If one
 * fails, the event is delivered again to that one only, through its own subscription, which has its own retries and dead letters.
 * @param types additional types, besides those in `contracts/hearers.ts`
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

/** Whether an event is live, not a replay or a retry. Pure. */
function isOwn(event: unknown): event is CremaEvent {
  const { subject } = (event ?? {}) as { subject?: unknown };
  return typeof subject === "string" && subject.startsWith(ownSubjects);
}

/** Whether an event is for this service: a live event by its type, a replay by the service's name. Pure. */
export function isFor({ name, types }: Hearer, event: unknown): boolean {
  const { subject, type } = (event ?? {}) as { subject?: unknown; type?: unknown };
  if (typeof subject === "string" && subject.startsWith(replaySubjects()))
    return subject.startsWith(replaySubjects(name));
  return types === undefined || (types as readonly unknown[]).includes(type);
}

/**
 * Runs the work of all services in parallel.
 * @param failed called for each one that throws; if it throws itself, Event Grid delivers the event again to all services
 * @throws AggregateError with the errors of `failed`, after all have ended
 */
export async function tellAll<N extends string>(
  those: readonly { name: N; work: () => Promise<void> }[],
  failed: (name: N, error: unknown) => Promise<void>,
): Promise<void> {
  await allEnded(those.map(({ name, work }) => work().catch((error) => failed(name, error))));
}

/** Sends an event again to the service that failed. */
async function tellAgain(event: CremaEvent, name: HearerName): Promise<void> {
  const again = outgoing({ ...event, subject: `${againSubjects(name)}${event.subject}` });
  await (await eventGrid()).send([again] as Outgoing);
}

/** The service that an event is sent to again, and the original event. Pure. @throws Error if there is no such service; then the event is dead-lettered */
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
