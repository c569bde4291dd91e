import type { StorageClients } from "../functions/storage/clients.ts";
import type { Clock } from "../kernel/clock.ts";
import type { QueueDestination } from "./delivery-settings.ts";
import { answerTimeout, type Outcome } from "./retry.ts";
import type { GridEvent } from "./schema.ts";

/**
 * Puts an event into a queue as Event Grid does: one event per message, its JSON in base64. Creates the queue if it does not exist, because the
 * subscription's owner
 * would have created it. Never rejects: errors are part of the outcome.
 */
export async function sendToQueue(
  clients: StorageClients,
  clock: Clock,
  { account, queueName, queueMessageTimeToLiveInSeconds }: QueueDestination,
  event: GridEvent,
): Promise<Outcome> {
  const late = new AbortController();
  const timer = clock.after(answerTimeout, () => late.abort());
  const text = Buffer.from(JSON.stringify(event)).toString("base64");
  try {
    await clients.send(account, queueName, text, {
      abortSignal: late.signal,
      ...(queueMessageTimeToLiveInSeconds === undefined ? {} : { messageTimeToLive: queueMessageTimeToLiveInSeconds }),
    });
    return { status: 201 };
  } catch (error) {
    return late.signal.aborted ? { failure: "TimedOut" } : outcomeOf(error);
  } finally {
    timer.cancel();
  }
}

/** The outcome of a failed call to Storage. */
function outcomeOf(error: unknown): Outcome {
  const { statusCode, code } = (error ?? {}) as { statusCode?: number; code?: string };
  if (statusCode !== undefined) return { status: statusCode };
  return { failure: code === "ENOTFOUND" || code === "EAI_AGAIN" ? "ResolutionError" : "SocketError" };
}
