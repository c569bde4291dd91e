import { actionType, eventType } from "../durable/events.ts";
import type { HistoryEvent } from "../durable/index.ts";
import { longTimer } from "../durable/limits.ts";

/** What an orchestration instance waits for. All lists are empty if it can continue on its own. */
export interface Waits {
  /** Names of external events, once for each open wait. */
  readonly events: readonly string[];
  /** When its open timers are due, in milliseconds since the epoch, the earliest first. They include the delays between retries. */
  readonly timers: readonly number[];
  /** Activities in progress, by name. */
  readonly activities: readonly string[];
  /** Sub-orchestrations in progress, by name. */
  readonly orchestrations: readonly string[];
}

/** The fields of an SDK action that describe a wait. */
export interface WaitAction {
  readonly actionType: number;
  readonly externalEventName?: string;
  readonly fireAt?: string | number | Date;
  readonly isCanceled?: boolean;
  readonly compoundActions?: readonly WaitAction[];
}

/** The waits of `actions`, the list that the orchestrator returned last, that are still open after `history`. `now` in ms since the epoch. */
export function waitsOf(actions: readonly WaitAction[], history: readonly HistoryEvent[], now: number): Waits {
  const all = flat(actions);
  const raised = countBy(
    history.filter(({ EventType }) => EventType === eventType.EventRaised).map((each) => each.Name),
  );
  const events: string[] = [];
  for (const { actionType: type, externalEventName: name } of all) {
    if (type !== actionType.WaitForExternalEvent || name === undefined) continue;
    // Events of one name complete the waits for it in the order of the waits.
    const left = raised.get(name) ?? 0;
    if (left > 0) raised.set(name, left - 1);
    else events.push(name);
  }
  return {
    events,
    timers: openTimers(all, history, now),
    activities: open(
      history,
      eventType.TaskScheduled,
      [eventType.TaskCompleted, eventType.TaskFailed],
      "TaskScheduledId",
    ),
    orchestrations: open(
      history,
      eventType.SubOrchestrationInstanceCreated,
      [eventType.SubOrchestrationInstanceCompleted, eventType.SubOrchestrationInstanceFailed],
      "TaskScheduledId",
    ),
  };
}

/** "the event 'approval' or a timer due in 3 d", or "nothing". */
export function describeWaits(waits: Waits, now: number): string {
  const parts = [
    ...waits.events.map((name) => `the event '${name}'`),
    ...waits.timers.map((due) => `a timer due in ${span(due - now)}`),
    ...waits.activities.map((name) => `the activity '${name}'`),
    ...waits.orchestrations.map((name) => `the sub-orchestration '${name}'`),
  ];
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

/** A time span for people: "2 d 3:00:00", "0:05:00", "0:00:00.250". */
function span(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds));
  const days = Math.floor(whole / 86_400_000);
  const clock = new Date(whole % 86_400_000)
    .toISOString()
    .slice(11, 23)
    .replace(/^0/, "")
    .replace(/\.000$/, "");
  return days === 0 ? clock : `${days} d ${clock}`;
}

function flat(actions: readonly WaitAction[]): WaitAction[] {
  return actions.flatMap((action) => (action.compoundActions ? flat(action.compoundActions) : [action]));
}

function countBy(names: readonly unknown[]): Map<unknown, number> {
  const counts = new Map<unknown, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The orchestrator's own timers, which it may have cancelled, and those of the host: the delays between two attempts of a call. */
function openTimers(actions: readonly WaitAction[], history: readonly HistoryEvent[], now: number): number[] {
  const time = (value: unknown) => new Date(value as string).getTime();
  const own = actions.filter(({ actionType: type }) => type === actionType.CreateTimer);
  const pending = own.filter(({ isCanceled }) => !isCanceled).map(({ fireAt }) => time(fireAt));
  const known = new Set(own.map(({ fireAt }) => time(fireAt)));
  const fired = new Set(
    history.filter(({ EventType }) => EventType === eventType.TimerFired).map(({ TimerId }) => TimerId),
  );
  const due = new Set(pending);
  for (const { EventType, EventId, FireAt, Timestamp } of history) {
    const at = time(FireAt);
    if (EventType !== eventType.TimerCreated || fired.has(EventId) || known.has(at)) continue;
    // A long timer consists of several short ones; only the due time of the long one counts.
    const isHop = pending.some((end) => end > at && end - time(Timestamp) > longTimer.maximum);
    if (!isHop) due.add(at);
  }
  return [...due].filter((at) => at > now).sort((a, b) => a - b);
}

function open(history: readonly HistoryEvent[], begun: number, ended: readonly number[], key: string): string[] {
  const over = new Set(history.filter(({ EventType }) => ended.includes(EventType)).map((each) => each[key]));
  return history.filter((each) => each.EventType === begun && !over.has(each.EventId)).map(({ Name }) => String(Name));
}
