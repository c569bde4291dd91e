import type { Change } from "../store/store.ts";
import { deliver } from "./completions.ts";
import { type Core, type Effect, hasName, type Queued } from "./core.ts";
import { decide, toJson, unquoted } from "./decisions.ts";
import { event, eventType, unplayed } from "./events.ts";
import { customStatusTooLarge, endlessRedelivery, orchestratorFailed, unknownFunction } from "./failures.ts";
import type { InvocationOutcome } from "./functions.ts";
import { customStatusLimit, longTimer, maximumActions } from "./limits.ts";
import type { Ending, HistoryEvent, InstanceRecord, KnownAction, Message, Waiter } from "./records.ts";
import { Turn } from "./turn.ts";
import { type Action, endsWithoutEvent, walk } from "./walk.ts";

/** What an orchestrator returned. */
interface OrchestratorState {
  readonly isDone: boolean;
  readonly actions: readonly (readonly Action[])[];
  readonly output?: unknown;
  readonly error?: string;
  readonly customStatus?: unknown;
}

/** How many generations in a row may be begun by the same event before the loop counts as endless. */
const maximumRedeliveries = 100;

/**
 * Runs one episode of an instance: delivers `batch`, lets the orchestrator go on, and returns everything that follows as changes for one
 * commit and as effects for after it. Changes nothing itself. `invoked` is called when the application's code has ended.
 */
export async function runEpisode(
  core: Core,
  record: InstanceRecord,
  batch: readonly Queued[],
  invoked: () => void,
): Promise<{ changes: Change[]; effects: Effect[] }> {
  const messages = batch.map(({ message }) => message);
  const turn = new Turn(core, record, episodeTime(core, record, messages));
  for (const { key } of batch) if (key !== undefined) turn.changes.push(core.tables.dropMessage(key));
  const control = messages[0];
  if (control?.kind === "terminate" || control?.kind === "suspend" || control?.kind === "resume") {
    invoked();
    applyControl(turn, control);
  } else {
    await advance(turn, record, messages, invoked);
  }
  return { changes: turn.changes, effects: turn.effects };
}

/** Never before the last episode, and never before a timer that it delivers: the SDK compares its clock with the timer's. */
function episodeTime(core: Core, record: InstanceRecord, messages: readonly Message[]): number {
  let now = Math.max(core.parts.clock.now(), record.clock);
  for (const message of messages) {
    const task = message.kind === "timer" ? core.tables.task(record.id, message.taskId) : undefined;
    if (task?.kind === "timer") now = Math.max(now, task.due);
  }
  return now;
}

function applyControl(turn: Turn, message: Extract<Message, { kind: "terminate" | "suspend" | "resume" }>): void {
  const { record } = turn;
  const opening = [event(eventType.OrchestratorStarted, turn.now), ...pendingStart(turn)];
  if (message.kind === "terminate") {
    turn.delivered.push(event(eventType.ExecutionTerminated, message.at, { Input: message.reason }));
    turn.end("Terminated", message.reason);
  } else if (message.kind === "suspend") {
    turn.delivered.push(event(eventType.ExecutionSuspended, message.at, { Reason: message.reason }));
    record.status = "Suspended";
    if (message.reason !== null) record.output = message.reason;
  } else {
    turn.delivered.push(event(eventType.ExecutionResumed, message.at, { Reason: message.reason }));
    record.status = "Running";
    delete record.output;
  }
  turn.write(opening);
}

/** The first event of an instance that is Pending; from now on it is part of the history. */
function pendingStart(turn: Turn): HistoryEvent[] {
  const { record } = turn;
  if (record.status !== "Pending" || record.unstarted === undefined) return [];
  record.status = "Running";
  return [record.unstarted];
}

async function advance(turn: Turn, before: InstanceRecord, messages: readonly Message[], invoked: () => void): Promise<void> {
  const { record, core } = turn;
  // A new generation has had its OrchestratorStarted already; a new instance has not.
  const continued = before.unstarted !== undefined && before.status !== "Pending";
  const opening = continued ? [] : [event(eventType.OrchestratorStarted, turn.now), ...pendingStart(turn)];
  delete record.unstarted;

  let satisfied: Waiter | undefined;
  let refusal: string | undefined;
  let fresh = before.unstarted !== undefined;
  for (const message of messages) {
    const delivered = deliver(turn, message);
    if (delivered.kind === "refused") refusal = delivered.why;
    if (delivered.kind === "seen") fresh = true;
    if (delivered.kind === "seen" && delivered.waiter !== undefined) satisfied = delivered.waiter;
  }
  if (!fresh && refusal === undefined) return invoked();

  if (record.ending === undefined && refusal === undefined) {
    const known = hasName(core.functions().orchestrators, record.name);
    const result = known
      ? await invoke(turn, before, opening).finally(invoked)
      : { refusal: unknownFunction(record.name, "orchestrator", core.functions().orchestrators) };
    if (!known) invoked();
    refusal = result.refusal ?? conclude(turn, before, result, messages, satisfied);
  } else {
    invoked();
  }

  if (refusal !== undefined) {
    core.parts.log.warn(`Orchestration '${record.id}' failed: ${refusal}`);
    turn.end("Failed", refusal.startsWith("Non-Deterministic") ? refusal : orchestratorFailed(record.name, refusal));
  } else if (record.ending !== undefined && record.open === 0) {
    if (record.ending.kind === "again") {
      turn.flushTasks();
      return turn.startOver(record.ending);
    }
    turn.end(record.ending.status, record.ending.result);
  }
  turn.write(opening);
}

interface Invoked {
  readonly state?: OrchestratorState;
  readonly known?: readonly KnownAction[];
  /** The text of an error that the orchestrator ended with. */
  readonly error?: string;
  readonly refusal?: string;
}

async function invoke(turn: Turn, before: InstanceRecord, opening: readonly HistoryEvent[]): Promise<Invoked> {
  const { record, core } = turn;
  const history: HistoryEvent[] = [];
  const known: KnownAction[] = [];
  for (let page = 0; page < before.pages; page++) {
    const { events, actions } = core.tables.page(record.id, page);
    for (const past of events) history.push(past);
    // After a rewind, the first turn issues every action again; only then are those to be made again that were taken back.
    for (const { redo, ...action } of actions ?? []) known.push(redo && before.unstarted ? { ...action, redo } : action);
  }
  if (before.unstarted !== undefined && before.status !== "Pending") {
    // The first turn of a continued generation sees its start as new.
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
    defaultHttpAsyncRequestSleepTimeMillseconds: longTimer.httpPolling,
  });
  return { known, ...readOutcome(outcome) };
}

const timeSpan = (milliseconds: number) => `${milliseconds / 86_400_000}.00:00:00`;

/** What follows an error's text in the message of an orchestrator that failed. */
const stateLabel = "\n\n$OutOfProcData$:";

function readOutcome(outcome: InvocationOutcome): Pick<Invoked, "state" | "error" | "refusal"> {
  if (outcome.ok) {
    const state = outcome.value as OrchestratorState | undefined;
    if (Array.isArray(state?.actions)) return { state };
    return { refusal: "The orchestrator function did not return the state that the durable-functions package makes." };
  }
  const { message } = outcome.error;
  const label = message.indexOf(stateLabel);
  if (label === -1) return { error: message };
  const state = JSON.parse(message.slice(label + stateLabel.length)) as OrchestratorState;
  return { state, error: state.error ?? "" };
}

/** Takes up what the orchestrator returned; returns why the instance must fail, if it must. */
function conclude(
  turn: Turn,
  before: InstanceRecord,
  { state, known, error }: Invoked,
  messages: readonly Message[],
  satisfied: Waiter | undefined,
): string | undefined {
  const { record } = turn;
  const list = (state?.actions ?? []).flat();
  if (list.length > maximumActions) return `An orchestration may take at most ${maximumActions} actions; continueAsNew begins anew.`;
  if (state !== undefined) {
    const walked = walk(list, known ?? [], (count) => turn.take(count), record.waits, record.locks?.length ?? 0);
    const problem = walked.problem ?? decide(turn, walked) ?? setCustomStatus(turn, state.customStatus);
    if (problem !== undefined) return problem;
    if (error === undefined && walked.continueAsNew !== undefined) {
      return continueAsNew(turn, before, walked.continueAsNew, carried(turn, list, messages, satisfied));
    }
  }
  if (error !== undefined) {
    record.ending = { kind: "done", status: "Failed", result: orchestratorFailed(record.name, error) };
  } else if (state?.isDone) {
    record.ending = { kind: "done", status: "Completed", result: toJson(state.output) };
  }
  return undefined;
}

function continueAsNew(turn: Turn, before: InstanceRecord, action: Action, carry: HistoryEvent | undefined): string | undefined {
  const input = toJson(unquoted(action.input));
  const times = before.redelivered ?? 0;
  if (carry === undefined) delete turn.record.redelivered;
  else if (times >= maximumRedeliveries) return endlessRedelivery(String(carry.Name), times);
  turn.record.ending = { kind: "again", input, ...(carry ? { carry } : {}) } satisfies Ending;
  return undefined;
}

/**
 * The event that the next generation gets once more. As recorded: an event that wins against a timer which is then cancelled is handed over,
 * because the host, going through the actions itself, is at continue-as-new before it comes to that event.
 */
function carried(
  turn: Turn,
  list: readonly Action[],
  messages: readonly Message[],
  satisfied: Waiter | undefined,
): HistoryEvent | undefined {
  const first = messages[0];
  const place = satisfied?.[0] ?? (first === undefined && turn.record.redelivered ? list.length - 2 : undefined);
  const action = place === undefined ? undefined : list[place];
  if (action === undefined || !endsWithoutEvent(action)) return undefined;
  if (first?.kind === "event") return turn.delivered.find(({ EventType }) => EventType === eventType.EventRaised);
  // The first turn of a generation that an event was carried into, and that has used it up.
  return turn.core.tables.page(turn.record.id, 0).events.find(({ EventType }) => EventType === eventType.EventRaised);
}

function setCustomStatus(turn: Turn, value: unknown): string | undefined {
  const text = toJson(value);
  if (text === null) delete turn.record.customStatus;
  else if (text.length * 2 > customStatusLimit) return customStatusTooLarge(Math.ceil((text.length * 2) / 1024));
  else turn.record.customStatus = text;
  return undefined;
}
