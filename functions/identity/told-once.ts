import type { InvocationContext } from "@azure/functions";
import type { CremaEvent } from "../../contracts/events.ts";
import { container } from "../platform/clients.ts";
import { createNew, remove } from "../platform/writes.ts";
import { sha256 } from "./secrets.ts";

/** Longer than `work` takes, in seconds: three answers of a push service are waited for, and the pauses between. */
const underWay = 60;

interface Told {
  id: string;
  kind: "told";
  /** Whether it is done, and not only begun. */
  done: boolean;
  ttl: number;
}

/**
 * Tells a customer of an event, which cannot be taken back: once, however often and by however many at a time it is asked for. The mark that is written before is good for a
 * minute, until `work` is done: whoever finds it so lets the event come again. So nobody is left out whose process was stopped in between; they may be told twice then,
 * by the same notification. It is taken back where `work` throws, which it does where it did nothing.
 * @param keptFor seconds in which the event may come again @throws Error where another has begun and not ended
 */
export async function toldOnce(
  { id: eventId }: CremaEvent,
  work: () => Promise<void>,
  keptFor: number,
  log: Pick<InvocationContext, "warn">,
): Promise<void> {
  const identity = await container("identity");
  const id = `told:${sha256(eventId)}`;
  const begun: Told = { id, kind: "told", done: false, ttl: underWay };
  if (!(await createNew(identity, begun))) {
    if ((await identity.item(id, id).read<Told>()).resource?.done) return;
    throw new Error(`Event ${eventId} is being told to its customer, or whoever did was stopped: it is to come again.`);
  }
  try {
    await work();
  } catch (error) {
    // If this fails too, the mark expires after a minute.
    await remove(identity, id, id).catch(() => undefined);
    throw error;
  }
  try {
    await identity.items.upsert({ ...begun, done: true, ttl: keptFor } satisfies Told);
  } catch (error) {
    log.warn(
      `That a customer was told of event ${eventId} could not be kept: should it come again they are told again`,
      error,
    );
  }
}
