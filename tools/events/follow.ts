import { ChangeFeedStartFrom } from "@azure/cosmos";
import type { CremaEvent } from "../../contracts/events.ts";
import { eventsIn } from "../../functions/outbox/events.ts";
import { archives } from "./archive.ts";
import type { Io } from "./command.ts";
import type { Stand } from "./stand.ts";
import { inTime } from "./tree.ts";

/** So long, in ms, between two looks; each costs a request unit a container. */
const pauseBetween = 1_000;

/** What is written from now on. Its first look is taken at once, so that nothing falls between it and what was read before. */
export interface Feed {
  /** The events since the last look, by time. */
  look(): Promise<CremaEvent[]>;
}

/**
 * Reads the change feeds that the outbox reads too, by the pull model: no lease is taken, nobody is kept from anything. What comes of the documents
 * themselves, such as the queue's length, is told as the outbox tells it.
 */
export async function openFeed(stand: Stand): Promise<Feed> {
  const start = { changeFeedStartFrom: ChangeFeedStartFrom.Now(stand.storeId) };
  const iterators = archives.map((name) => stand.container(name).items.getChangeFeedIterator<unknown>(start));
  // What one feed gave before another failed is told at the next look.
  const found: CremaEvent[] = [];
  const look = async () => {
    for (const iterator of iterators) {
      while (iterator.hasMoreResults) {
        const { result = [] } = await iterator.readNext();
        if (result.length === 0) break;
        found.push(...eventsIn(result).events);
      }
    }
    return inTime(found.splice(0));
  };
  await look();
  return { look };
}

/** Tells what the feed brings until it is stopped. A stand that is away for a while, because it starts anew, is waited for. @throws what does not pass */
export async function follow(
  feed: Feed,
  { stopped, pause, err }: Io,
  tell: (event: CremaEvent) => Promise<void>,
): Promise<void> {
  let away = false;
  while (!stopped.aborted) {
    try {
      const events = await feed.look();
      if (away) err("It answers again.");
      away = false;
      for (const event of events) await tell(event);
    } catch (error) {
      if (!passes(error)) throw error;
      if (!away) err(`The stand does not answer (${(error as Error).message.split("\n")[0]}): it is waited for.`);
      away = true;
    }
    await pause(pauseBetween);
  }
}

/** Whether it is nobody's fault but the network's, or a service's that has a bad moment. */
function passes(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" || code === 408 || code === 429 || (typeof code === "number" && code >= 500);
}
