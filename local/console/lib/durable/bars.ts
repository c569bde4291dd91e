import type { Waiting } from "../../../durable/managed.ts";
import { momentOf } from "../format.ts";

/** An event of a history, with the names of the wire. */
export type HistoryEvent = { EventType: string | number; EventId: number; Timestamp: string } & Record<string, unknown>;

/** An activity or wait of an orchestration; times in ms since the epoch. */
export interface Bar {
  readonly kind: "activity" | "sub-orchestration" | "timer" | "event" | "ended" | "control";
  readonly name: string;
  readonly from: number;
  /** Undefined while it is running. */
  readonly to?: number;
  /** `left` has not ended, but is no longer awaited, such as a cancelled timer. */
  readonly outcome: "ok" | "failed" | "open" | "left";
  readonly input?: unknown;
  readonly output?: unknown;
}

type Draft = { -readonly [key in keyof Bar]: Bar[key] };

const begins: Record<string, Bar["kind"]> = {
  TaskScheduled: "activity",
  SubOrchestrationInstanceCreated: "sub-orchestration",
  TimerCreated: "timer",
};
const ends: Record<string, { id: string; outcome: Bar["outcome"]; output: string }> = {
  TaskCompleted: { id: "TaskScheduledId", outcome: "ok", output: "Result" },
  TaskFailed: { id: "TaskScheduledId", outcome: "failed", output: "Reason" },
  SubOrchestrationInstanceCompleted: { id: "TaskScheduledId", outcome: "ok", output: "Result" },
  SubOrchestrationInstanceFailed: { id: "TaskScheduledId", outcome: "failed", output: "Reason" },
  TimerFired: { id: "TimerId", outcome: "ok", output: "" },
};
const controls: Record<string, string> = {
  ExecutionTerminated: "terminated",
  ExecutionSuspended: "suspended",
  ExecutionResumed: "resumed",
};

/**
 * The bars of a Gantt chart of one generation, in the order in which they began. `waitsFor` is what the instance waits for now, because a history
 * does not record that a timer was cancelled.
 */
export function barsOf(history: readonly HistoryEvent[], waitsFor: readonly Pick<Waiting, "kind" | "due">[]): Bar[] {
  const bars: Draft[] = [];
  const open = new Map<string, Draft>();
  for (const event of history) {
    const type = String(event.EventType);
    const at = Date.parse(event.Timestamp);
    const kind = begins[type];
    const end = ends[type];
    if (kind !== undefined) {
      const due = Date.parse(String(event.FireAt));
      const name = kind === "timer" ? `until ${momentOf(due)}` : String(event.Name ?? event.InstanceId ?? "");
      const waited = kind === "timer" ? waitsFor.some((each) => each.due === due) : waitsFor.length > 0;
      const bar: Draft = { kind, name, from: at, outcome: waited ? "open" : "left" };
      if (event.Input !== null && event.Input !== undefined) bar.input = event.Input;
      open.set(String(event.EventId), bar);
      bars.push(bar);
    } else if (end !== undefined) close(open.get(String(event[end.id])), at, end.outcome, event[end.output]);
    else if (type === "EventRaised")
      bars.push({ kind: "event", name: String(event.Name), from: at, to: at, outcome: "ok", input: event.Input });
    else if (type in controls)
      bars.push({
        kind: "control",
        name: controls[type] ?? type,
        from: at,
        to: at,
        outcome: "ok",
        input: event.Input ?? event.Reason,
      });
    else if (type === "ExecutionCompleted") {
      const outcome = Number(event.OrchestrationStatus) === 1 ? "ok" : "failed";
      bars.push({ kind: "ended", name: "end", from: at, to: at, outcome, output: event.Result });
    }
  }
  return bars;
}

function close(bar: Draft | undefined, at: number, outcome: Bar["outcome"], output: unknown): void {
  if (bar === undefined) return;
  bar.to = at;
  bar.outcome = outcome;
  if (output !== undefined && output !== null) bar.output = output;
}
