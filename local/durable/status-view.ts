import type { EntityRecord } from "./entity-records.ts";
import { eventType, eventTypeNames, statusNumbers } from "./events.ts";
import type { HistoryEvent, InstanceRecord, RuntimeStatus } from "./records.ts";
import type { DurableTables } from "./tables.ts";

/** The response to a status query, with the field names of the protocol. */
export interface StatusBody {
  name: string;
  instanceId: string;
  runtimeStatus: RuntimeStatus;
  input: unknown;
  customStatus: unknown;
  output: unknown;
  createdTime: string;
  lastUpdatedTime: string;
  historyEvents?: Record<string, unknown>[];
}

export interface StatusOptions {
  showInput: boolean;
  showHistory: boolean;
  showHistoryOutput: boolean;
}

/**
 * An instance as a status query returns it. Of the history it contains what the host shows, which is less than is stored. Without `showInput` the
 * input is `null`.
 */
export function statusBody(tables: DurableTables, record: InstanceRecord, options: StatusOptions): StatusBody {
  return {
    name: record.name,
    instanceId: record.id,
    runtimeStatus: record.status,
    input: options.showInput ? parsed(tables.started(record).Input) : null,
    customStatus: parsed(record.customStatus),
    output: parsed(record.output),
    createdTime: seconds(record.created),
    lastUpdatedTime: seconds(record.updated),
    ...(options.showHistory ? { historyEvents: historyView([...tables.history(record)], options) } : {}),
  };
}

/** An entity in the list of instances. On Azure Storage it is an orchestration that never ends and continues as new with each batch. */
export function entityBody(entity: EntityRecord, { showInput, showHistory }: StatusOptions): StatusBody {
  const state = entity.exists ? { exists: true, state: entity.state ?? null } : {};
  const input = { ...state, sorter: {} };
  const started = {
    EventType: "ExecutionStarted",
    ...(showInput ? { Input: JSON.stringify(input) } : {}),
    ...{ Correlation: null, ParentTraceContext: null, ScheduledStartTime: null, Generation: null },
    ...{ GenerateNewTrace: false, Timestamp: new Date(entity.updated).toISOString(), FunctionName: entity.id },
  };
  return {
    name: entity.id,
    instanceId: entity.id,
    runtimeStatus: "Running",
    input: showInput ? input : null,
    customStatus: entity.exists ? { entityExists: true } : {},
    output: null,
    createdTime: seconds(entity.created),
    lastUpdatedTime: seconds(entity.updated),
    ...(showHistory ? { historyEvents: [started] } : {}),
  };
}

/** The value of JSON text; other text unchanged; `null` if there is none. */
function parsed(text: unknown): unknown {
  if (typeof text !== "string") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A time to the second, as in the management API. */
const seconds = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;

const statusNames = new Map<unknown, string>(Object.entries(statusNumbers).map(([name, number]) => [number, name]));
const hidden: ReadonlySet<number> = new Set([
  eventType.OrchestratorStarted,
  eventType.OrchestratorCompleted,
  eventType.TaskScheduled,
  eventType.SubOrchestrationInstanceCreated,
]);
const folded: ReadonlySet<number> = new Set([
  eventType.TaskCompleted,
  eventType.TaskFailed,
  eventType.SubOrchestrationInstanceCompleted,
  eventType.SubOrchestrationInstanceFailed,
]);

/** The history as a status query shows it: calls are merged into their completions, and the host's internal events are left out. */
function historyView(history: readonly HistoryEvent[], options: StatusOptions): Record<string, unknown>[] {
  const scheduled = new Map<unknown, HistoryEvent>();
  const view: Record<string, unknown>[] = [];
  for (const event of history) {
    if (event.EventType === eventType.TaskScheduled || event.EventType === eventType.SubOrchestrationInstanceCreated) {
      scheduled.set(event.EventId, event);
    }
    if (!hidden.has(event.EventType)) view.push(viewOf(event, scheduled.get(event.TaskScheduledId), options));
  }
  return view;
}

const removed = new Set([
  ...[
    "EventId",
    "IsPlayed",
    "TaskScheduledId",
    "TimerId",
    "Version",
    "Tags",
    "OrchestrationInstance",
    "ParentInstance",
    "Name",
  ],
  ...["Result", "Input", "EventType", "OrchestrationStatus"],
]);

function viewOf(event: HistoryEvent, call: HistoryEvent | undefined, options: StatusOptions): Record<string, unknown> {
  const kept = Object.fromEntries(Object.entries(event).filter(([field]) => !removed.has(field)));
  const view: Record<string, unknown> = { EventType: eventTypeNames.get(event.EventType) ?? event.EventType, ...kept };
  if (event.EventType === eventType.ExecutionStarted) {
    view.FunctionName = event.Name;
    if (options.showInput) view.Input = event.Input;
  } else if ("Input" in event) {
    view.Input = event.Input;
  }
  if (event.EventType === eventType.EventRaised || event.EventType === eventType.EventSent) view.Name = event.Name;
  if (event.EventType === eventType.ExecutionCompleted)
    view.OrchestrationStatus = statusNames.get(event.OrchestrationStatus);
  if ("Result" in event && options.showHistoryOutput) view.Result = parsed(event.Result);
  if (folded.has(event.EventType) && call !== undefined) {
    view.ScheduledTime = call.Timestamp.replace(/Z$/, "+00:00");
    view.FunctionName = call.Name;
    if (options.showInput) view.Input = null;
  }
  return view;
}
