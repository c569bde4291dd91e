/** An event of a history, with the names of the wire. */
export type HistoryEvent = { EventType: string | number; EventId: number; Timestamp: string } & Record<string, unknown>;

/** One thing that an orchestration did or waited for; times in ms since the epoch. */
export interface Bar {
  readonly kind: "activity" | "sub-orchestration" | "timer" | "event" | "ended" | "control";
  readonly name: string;
  readonly from: number;
  /** Missing while it goes on. */
  readonly to?: number;
  readonly outcome: "ok" | "failed" | "open";
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

/** The bars of a Gantt chart of one generation, in the order in which they began. */
export function barsOf(history: readonly HistoryEvent[]): Bar[] {
  const bars: Draft[] = [];
  const open = new Map<string, Draft>();
  for (const event of history) {
    const type = String(event.EventType);
    const at = Date.parse(event.Timestamp);
    const kind = begins[type];
    const end = ends[type];
    if (kind !== undefined) {
      const name = kind === "timer" ? `until ${String(event.FireAt)}` : String(event.Name ?? event.InstanceId ?? "");
      const bar: Draft = { kind, name, from: at, outcome: "open" };
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
