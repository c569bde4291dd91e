import { eventType, eventTypeNames } from "../durable/events.ts";
import type { HistoryEvent, InstanceSummary } from "../durable/index.ts";
import { describeWaits, type WaitAction, waitsOf } from "./waits.ts";

export interface Situation {
  id: string;
  instance: InstanceSummary | undefined;
  /** Ids of the existing instances, if this one does not exist. */
  others: string[];
  history: readonly HistoryEvent[];
  /** The actions it returned last; `undefined` if it has had no turn since the process started. */
  actions: readonly WaitAction[] | undefined;
  /** Milliseconds since the epoch. */
  now: number;
  /** Warnings and errors of the log, oldest first. */
  log: string[];
}

const lastEvents = 8;

/** Describes the state of an instance in words: what a developer wants to know first if a test fails. */
export function explain({ id, instance, others, history, actions, now, log }: Situation): string {
  const clock = `The clock is at ${new Date(now).toISOString()}.`;
  const logged = log.length === 0 ? [] : ["The log's last warnings and errors:", ...log.map((line) => `  ${line}`)];
  if (instance === undefined) {
    const known = others.length === 0 ? "There are none." : `There are: ${others.slice(0, 20).join(", ")}.`;
    return [`There is no instance "${id}". ${known}`, clock, ...logged].join("\n");
  }
  const { name, status, customStatus, output, generation } = instance;
  const unknown = actions === undefined ? " (events: not known before its next turn)" : "";
  const waits = `Waits for: ${describeWaits(waitsOf(actions ?? [], history, now), now)}${unknown}`;
  return [
    `Instance "${id}" of ${name} is ${status}${generation > 0 ? ` (continued as new ${generation} times)` : ""}.`,
    ...(output === undefined ? [] : [`Output: ${output}`]),
    `Custom status: ${customStatus ?? "none"}`,
    ...(["Completed", "Failed", "Terminated"].includes(status) ? [] : [waits]),
    clock,
    "Last events:",
    ...history.slice(-lastEvents).map((event) => `  ${line(event, history)}`),
    ...logged,
  ].join("\n");
}

function line(event: HistoryEvent, history: readonly HistoryEvent[]): string {
  const kind = eventTypeNames.get(event.EventType) ?? `event ${event.EventType}`;
  const scheduled = history.find(
    ({ EventId, EventType }) => EventId === event.TaskScheduledId && EventType === eventType.TaskScheduled,
  );
  const about = event.Name ?? scheduled?.Name ?? event.FireAt;
  const detail = event.Reason ?? event.Result ?? event.Input;
  return [
    event.Timestamp,
    kind,
    ...(typeof about === "string" ? [about] : []),
    ...(typeof detail === "string" ? [shortened(detail)] : []),
  ].join(" ");
}

const shortened = (text: string) => (text.length > 120 ? `${text.slice(0, 120)}…` : text);
