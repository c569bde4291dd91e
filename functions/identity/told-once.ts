import type { InvocationContext } from "@azure/functions";
import type { CremaEvent } from "../../contracts/events.ts";
import { container } from "../platform/clients.ts";
import { createNew, remove } from "../platform/writes.ts";
import { sha256 } from "./secrets.ts";

/** Longer than `work` takes, in seconds: up to three responses of a push service, and the pauses between them. */
const underWay = 60;

interface Told {
  id: string;
  kind: "told";
  /** Whether the work is done; false after its start. */
  done: boolean;
  ttl: number;
}

/**
 * Notifies a customer of an event once, also under concurrent or repeated deliveries, since a notification cannot be taken back. A marker is written
 * before `work` starts and expires after a minute unless `work` is done. A delivery that finds an unfinished marker throws, so that the event is
 * delivered again. So a customer is notified even if a process was stopped in between; they may then get the same notification twice. If `work` throws,
 * which means that it sent nothing, the marker is removed.
 * @param keptFor how long the event may be delivered again, in seconds
 * @throws Error if another delivery has started and not ended
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
