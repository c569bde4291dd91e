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
  const look = async () => {
    const found: CremaEvent[] = [];
    for (const iterator of iterators) {
      while (iterator.hasMoreResults) {
        const { result = [] } = await iterator.readNext();
        if (result.length === 0) break;
        found.push(...eventsIn(result).events);
      }
    }
    return inTime(found);
  };
  await look();
  return { look };
}

/** Tells what the feed brings until it is stopped. */
export async function follow(
  feed: Feed,
  { stopped, pause }: Io,
  tell: (event: CremaEvent) => Promise<void>,
): Promise<void> {
  while (!stopped.aborted) {
    for (const event of await feed.look()) await tell(event);
    await pause(pauseBetween);
  }
}
