import type { InvocationContext } from "@azure/functions";
import type { CremaEvent } from "../../contracts/events.ts";
import { eventGrid } from "../platform/clients.ts";
import { within } from "../platform/order-trace.ts";
import { type Outgoing, outgoing } from "../platform/outgoing.ts";

/** Event Grid takes one megabyte a request; some of it is left for what the client adds. */
const mostBytes = 1_000_000;
const mostEvents = 100;

/** Events in order, in batches that Event Grid takes. Pure. */
export function batches(events: CremaEvent[]): CremaEvent[][] {
  const result: CremaEvent[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const bytes = Buffer.byteLength(JSON.stringify(event)) + 1;
    const current = result.at(-1);
    if (current === undefined || current.length >= mostEvents || size + bytes > mostBytes) {
      result.push([event]);
      size = bytes;
    } else {
      current.push(event);
      size += bytes;
    }
  }
  return result;
}

/**
 * Sends events. At least once: a lost answer makes the same events, with the same ids, go out again.
 * What Event Grid will never take (400, 413) is logged and passed over, so that it does not hold up all that comes after; any
 * other failure is thrown, for the trigger to try the whole batch again.
 */
export async function send(events: CremaEvent[], log: Pick<InvocationContext, "error">): Promise<void> {
  const client = await eventGrid();
  for (const batch of batches(events)) await sendBatch(batch);

  async function sendBatch(batch: CremaEvent[]): Promise<void> {
    try {
      await client.send(batch.map(outgoing) as Outgoing);
    } catch (error) {
      const { statusCode, message } = error as { statusCode?: number; message?: string };
      if (statusCode !== 400 && statusCode !== 413) throw error;
      const [event] = batch;
      if (batch.length === 1 && event) {
        const words = `Event ${event.id} was refused by Event Grid for good and is NOT published`;
        return await within(event.traceparent, async () => log.error(words, { statusCode, message }));
      }
      const half = batch.length >> 1;
      await sendBatch(batch.slice(0, half));
      await sendBatch(batch.slice(half));
    }
  }
}
