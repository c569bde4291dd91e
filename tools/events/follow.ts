import { ChangeFeedStartFrom } from "@azure/cosmos";
import type { CremaEvent } from "../../contracts/events.ts";
import { eventsIn } from "../../functions/outbox/events.ts";
import { archives } from "./archive.ts";
import type { Io } from "./command.ts";
import type { Stand } from "./stand.ts";
import { inTime } from "./tree.ts";

/** The pause between two reads, in ms; each costs one request unit for each container. */
const pauseBetween = 1_000;

/** Events that are written from now on. Its first read is immediate, so that nothing is missed after earlier reads. */
export interface Feed {
  /** The events since the last read, by time. */
  look(): Promise<CremaEvent[]>;
}

/**
 * Reads the same change feeds as the outbox, with the pull model: it takes no leases and disturbs nobody. Events that are derived from documents,
 * such as the queue's length, are derived as the outbox does.
 */
export async function openFeed(stand: Stand): Promise<Feed> {
  const start = { changeFeedStartFrom: ChangeFeedStartFrom.Now(stand.storeId) };
  const iterators = archives.map((name) => stand.container(name).items.getChangeFeedIterator<unknown>(start));
  // What one feed returned before another failed is returned at the next read.
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

/**
 * Shows the feed's events until it is stopped. Waits for a stand that is temporarily unavailable, for example during a restart. @throws an error that
 * is not transient
 */
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

/** Whether an error is transient: of the network, or of a service that is overloaded. */
function passes(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" || code === 408 || code === 429 || (typeof code === "number" && code >= 500);
}
