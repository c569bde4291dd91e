import { eventType } from "../../local/durable/events.ts";
import type { HistoryEvent } from "../../local/durable/index.ts";

/**
 * Operations on Azure Storage that Durable Functions needs for an instance with this history, by the documentation of its storage provider: each
 * message is put, got and deleted; each turn reads the history, appends to it in one batch, and updates the instance.
 */
export function storageOperations(history: readonly HistoryEvent[]): { queue: number; table: number } {
  const count = (...types: number[]) => history.filter(({ EventType }) => types.includes(EventType)).length;
  const activities = count(eventType.TaskScheduled);
  const messages =
    count(eventType.ExecutionStarted, eventType.EventRaised, eventType.TimerCreated) +
    // One message to the activity, one back.
    2 * activities;
  const turns = count(eventType.OrchestratorStarted);
  // The instance is put at the start, and read before an event is raised.
  return { queue: 3 * messages, table: 3 * turns + 1 + count(eventType.EventRaised) };
}
