import { unquoted } from "./decisions.ts";
import { eventType, unplayed } from "./events.ts";
import { lostTurn } from "./failures.ts";
import type { InvocationOutcome } from "./functions.ts";
import { longTimer } from "./limits.ts";
import { splitFailure } from "./out-of-proc-data.ts";
import type { HistoryEvent, InstanceRecord, KnownAction } from "./records.ts";
import type { Turn } from "./turn.ts";
import type { Action } from "./walk.ts";

/** The result of an orchestrator. */
export interface OrchestratorState {
  readonly isDone: boolean;
  readonly actions: readonly (readonly Action[])[];
  readonly output?: unknown;
  readonly error?: string;
  readonly customStatus?: unknown;
}

/** The outcome of an orchestrator's turn. */
export interface Invoked {
  readonly state?: OrchestratorState;
  readonly known?: readonly KnownAction[];
  /** The text of the error that the orchestrator threw. */
  readonly error?: string;
  readonly refusal?: string;
}

/** Runs the orchestrator over its whole history, and reads its result. */
export async function invoke(turn: Turn, before: InstanceRecord, opening: readonly HistoryEvent[]): Promise<Invoked> {
  const { record, core } = turn;
  const history: HistoryEvent[] = [];
  const known: KnownAction[] = [];
  for (let page = 0; page < before.pages; page++) {
    const { events, actions } = core.tables.page(record.id, page);
    for (const past of events) history.push(past);
    // After a rewind, the first turn issues every action again. Only in that turn the actions that were taken back are to be redone.
    for (const { redo, ...action } of actions ?? [])
      known.push(redo && before.unstarted ? { ...action, redo } : action);
  }
  if (before.unstarted !== undefined && before.status !== "Pending") {
    // The first turn of a continued generation sees its start event as new.
    const start = history.findIndex((past) => past.EventType === eventType.ExecutionStarted);
    const started = history[start];
    if (started) history[start] = unplayed(started);
  }
  for (const present of opening) history.push(unplayed(present));
  for (const present of turn.delivered) history.push(unplayed(present));
  const started = history.find((past) => past.EventType === eventType.ExecutionStarted);
  const outcome = await core.functions().runOrchestrator(record.name, {
    history,
    input: unquoted(started?.Input ?? null),
    instanceId: record.id,
    isReplaying: started?.IsPlayed ?? false,
    parentInstanceId: record.parent?.id ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 3,
    longRunningTimerIntervalDuration: timeSpan(longTimer.interval),
    maximumShortTimerDuration: timeSpan(longTimer.maximum),
    defaultHttpAsyncRequestSleepTimeMillseconds: core.limits.httpPolling,
  });
  if (!outcome.ok && outcome.error.workerExited) return { refusal: lostTurn(known, outcome.error.message) };
  return { known, ...readOutcome(outcome) };
}

const timeSpan = (milliseconds: number) => `${milliseconds / 86_400_000}.00:00:00`;

function readOutcome(outcome: InvocationOutcome): Pick<Invoked, "state" | "error" | "refusal"> {
  if (outcome.ok) {
    const state = outcome.value as OrchestratorState | undefined;
    if (Array.isArray(state?.actions)) return { state };
    return {
      refusal: "The orchestrator function did not return the state that the durable-functions package creates.",
    };
  }
  const { message } = outcome.error;
  const { state: json } = splitFailure(message);
  if (json === undefined) return { error: message };
  try {
    const state = JSON.parse(json) as OrchestratorState;
    return { state, error: state.error ?? "" };
  } catch {
    return { error: message };
  }
}
