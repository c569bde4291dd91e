import type { HistoryEvent } from "./records.ts";

/** The numbers of history events in the protocol. */
export const eventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  GenericEvent: 17,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

export const eventTypeNames: ReadonlyMap<number, string> = new Map(
  Object.entries(eventType).map(([name, number]) => [number, name]),
);

/** The numbers of statuses in ExecutionCompleted. */
export const statusNumbers = { Completed: 1, Failed: 3, Terminated: 5 } as const;

/** Events that the recorded host marks as not yet played even if they are: the host's own decisions. */
const decisions: ReadonlySet<number> = new Set([
  eventType.OrchestratorStarted,
  eventType.OrchestratorCompleted,
  eventType.TaskScheduled,
  eventType.SubOrchestrationInstanceCreated,
  eventType.TimerCreated,
  eventType.EventSent,
]);

/** A cache of the last time: most events of an episode have the same. */
let lastTime = { at: Number.NaN, text: "" };

function isoTime(at: number): string {
  if (at !== lastTime.at) lastTime = { at, text: new Date(at).toISOString() };
  return lastTime.text;
}

/** An event as stored, with the `IsPlayed` that it has from the next episode on. `at` in milliseconds since the epoch. */
export function event(type: number, at: number, fields: Record<string, unknown> = {}): HistoryEvent {
  return {
    EventType: type,
    EventId: -1,
    IsPlayed: !decisions.has(type),
    Timestamp: isoTime(at),
    ...fields,
  };
}

/** An external event, or an entity's reply, as an event of a history. `input`: JSON text */
export function raised(at: number, name: string, input: string | null): HistoryEvent {
  return event(eventType.EventRaised, at, { Name: name, Input: input, ParentTraceContext: null });
}

/** The same event as its own episode sees it. */
export function unplayed(stored: HistoryEvent): HistoryEvent {
  return stored.IsPlayed ? { ...stored, IsPlayed: false } : stored;
}

/** The numbers of actions in an orchestrator's result. */
export const actionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  ScheduledSignalEntity: 10,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const;

/** The name that a durable HTTP call has in a history, as an activity. */
export const httpActivityName = "BuiltIn::HttpActivity";
