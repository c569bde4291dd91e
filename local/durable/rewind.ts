import type { Change } from "../store/store.ts";
import type { Core } from "./core.ts";
import { event, eventType } from "./events.ts";
import type { HistoryEvent, HistoryPage, InstanceRecord, KnownAction } from "./records.ts";

const failures: ReadonlySet<number> = new Set([eventType.TaskFailed, eventType.SubOrchestrationInstanceFailed]);
const successes: ReadonlySet<number> = new Set([eventType.TaskCompleted, eventType.SubOrchestrationInstanceCompleted]);

/**
 * The changes that rewind a failed instance. Its failed calls and their scheduling become GenericEvents, as recorded, and the calls are made again
 * under their old ids. Failed sub-orchestrations are rewound as well.
 */
export function rewindChanges(
  core: Core,
  record: InstanceRecord,
  reason: string,
): { changes: Change[]; rewound: string[] } | { refusal: string } {
  const { tables } = core;
  const pages: HistoryPage[] = [];
  for (let page = 0; page < record.pages; page++) pages.push(tables.page(record.id, page));
  const events = pages.flatMap((page) => [...page.events]);
  const known = pages.flatMap((page) => [...(page.actions ?? [])]);
  const own = new Set(known.map(({ id }) => id));
  const failed = new Set(
    events.filter(({ EventType }) => failures.has(EventType)).map(({ TaskScheduledId }) => TaskScheduledId),
  );

  // Ids that the host took automatically belong to retries, which can only be undone as a whole.
  const isRetry = (id: unknown) => typeof id === "number" && !own.has(id) && id >= 0;
  if (events.some((past) => successes.has(past.EventType) && isRetry(past.TaskScheduledId))) {
    return {
      refusal: "Rewinding an orchestration in which a retried call succeeded is not supported by the local Azure.",
    };
  }
  if (known.some(({ id }, index) => id !== index)) {
    return {
      refusal: "Rewinding an orchestration that went on while a call was retried is not supported by the local Azure.",
    };
  }

  const changes: Change[] = [];
  const rewound = [record.id];
  const kept = new Set<number>();
  for (const past of events) {
    if (past.EventType !== eventType.SubOrchestrationInstanceCreated || !failed.has(past.EventId)) continue;
    const child = tables.instances.get(String(past.InstanceId));
    if (child?.status !== "Failed" || child.parent?.executionId !== record.executionId || !own.has(past.EventId))
      continue;
    const inner = rewindChanges(core, child, reason);
    if ("refusal" in inner) return inner;
    changes.push(...inner.changes);
    rewound.push(...inner.rewound);
    kept.add(past.EventId);
    const { id: instance, executionId } = record;
    const common = { kind: "child", name: String(past.Name), input: null, child: child.id } as const;
    changes.push(tables.putTask({ ...common, instance, executionId, id: past.EventId }));
  }

  const isUndone = (past: HistoryEvent): boolean => {
    if (past.EventType === eventType.ExecutionCompleted || failures.has(past.EventType)) return true;
    if (past.EventType === eventType.TimerFired) return isRetry(past.TimerId);
    if (past.EventType === eventType.EventSent) return false;
    return past.EventId >= 0 && !kept.has(past.EventId) && (failed.has(past.EventId) || isRetry(past.EventId));
  };
  for (const [index, page] of pages.entries()) {
    const redo = (action: KnownAction): KnownAction =>
      failed.has(action.id) && !kept.has(action.id) ? { ...action, redo: true } : action;
    const undone = page.events.map((past) =>
      isUndone(past) ? { ...event(eventType.GenericEvent, Date.parse(past.Timestamp)), Data: null } : past,
    );
    const actions = page.actions?.map(redo);
    changes.push(
      tables.putPage(record.id, index, actions === undefined ? { events: undone } : { events: undone, actions }),
    );
  }
  const now = core.parts.clock.now();
  const opening = [
    event(eventType.OrchestratorStarted, now),
    event(eventType.GenericEvent, now, { Data: reason }),
    event(eventType.OrchestratorCompleted, now),
  ];
  changes.push(tables.putPage(record.id, record.pages, { events: opening }));
  const { output: _, ...rest } = record;
  const row: InstanceRecord = {
    ...rest,
    status: "Running",
    updated: now,
    clock: Math.max(now, record.clock),
    pages: record.pages + 1,
    next: known.length,
    open: kept.size,
    waits: 0,
    buffered: raisedByName(events),
    unstarted: tables.started(record),
  };
  changes.push(tables.putInstance(row));
  return { changes, rewound };
}

/** Waits are counted from the start after a rewind, so the events are as well. */
function raisedByName(events: readonly HistoryEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const past of events) {
    if (past.EventType === eventType.EventRaised) counts[String(past.Name)] = (counts[String(past.Name)] ?? 0) + 1;
  }
  return counts;
}
