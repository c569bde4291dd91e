import type { InvocationContext } from "@azure/functions";
import type { CremaEvent } from "../../contracts/events.ts";
import { eventGrid } from "../platform/clients.ts";
import { within } from "../platform/order-trace.ts";
import { type Outgoing, outgoing } from "../platform/outgoing.ts";

/** Event Grid accepts one megabyte per request. Some of it is reserved for what the client adds. */
const mostBytes = 1_000_000;
const mostEvents = 100;

/** Splits events, in order, into batches that Event Grid accepts. Pure. */
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
 * Sends events at least once: if a response is lost, the same events are sent again with the same ids.
 * A poison message, which Event Grid will never accept (400, 413), is logged and skipped, so that it does not block later events. Any other failure is
 * thrown, so that the trigger retries the whole batch.
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
