import { isTooDeep, tooDeeplyNested } from "../kernel/json-net.ts";
import type { Change } from "../store/store.ts";
import { deliver } from "./completions.ts";
import { type Core, type Effect, hasName, type Queued } from "./core.ts";
import { decide, toJson, unquoted } from "./decisions.ts";
import { event, eventType } from "./events.ts";
import {
  customStatusTooLarge,
  endlessRedelivery,
  lostTurn,
  nothingToWaitFor,
  orchestratorFailed,
  reusedTask,
  threwWithoutWords,
  unknownFunction,
} from "./failures.ts";
import { type Invoked, invoke, type OrchestratorState } from "./invoke.ts";
import { customStatusLimit } from "./limits.ts";
import type { Ending, HistoryEvent, InstanceRecord, Message, Waiter } from "./records.ts";
import { Turn } from "./turn.ts";
import { type Action, endsWithoutEvent, type Walked, walk } from "./walk.ts";

/** The number of consecutive generations that one event may start before this counts as an endless loop. */
const maximumRedeliveries = 100;

/**
 * Runs one episode of an instance: delivers `batch`, runs the orchestrator, and returns all consequences as changes for one commit and as effects for
 * after it. Changes nothing itself, but reserves the ids of `children` until the caller has committed. `inbox` has the messages that are not in the
 * batch. `invoked` is called when the application's code has ended.
 */
export async function runEpisode(
  core: Core,
  record: InstanceRecord,
  batch: readonly Queued[],
  inbox: readonly Queued[],
  invoked: () => void,
): Promise<{ changes: Change[]; effects: Effect[]; children: readonly string[] }> {
  const messages = batch.map(({ message }) => message);
  const turn = new Turn(core, record, episodeTime(core, record, messages), inbox);
  for (const { key } of batch) if (key !== undefined) turn.changes.push(core.tables.dropMessage(key));
  const control = messages[0];
  if (control?.kind === "terminate" || control?.kind === "suspend" || control?.kind === "resume") {
    invoked();
    applyControl(turn, control);
  } else {
    try {
      await advance(turn, record, messages, invoked);
    } catch (error) {
      for (const child of turn.children) core.starting.delete(child);
      throw error;
    }
  }
  return turn;
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
    if (message.reason === null) delete record.output;
    else record.output = message.reason;
  }
  turn.write(opening);
}

/** The first event of a Pending instance; from now on it is part of the history. */
function pendingStart(turn: Turn): HistoryEvent[] {
  const { record } = turn;
  if (record.status !== "Pending" || record.unstarted === undefined) return [];
  record.status = "Running";
  return [record.unstarted];
}

async function advance(
  turn: Turn,
  before: InstanceRecord,
  messages: readonly Message[],
  invoked: () => void,
): Promise<void> {
  const { record, core } = turn;
  // A continued generation already has its OrchestratorStarted; a new instance does not.
  const continued = before.unstarted !== undefined && before.status !== "Pending";
  const opening = continued ? [] : [event(eventType.OrchestratorStarted, turn.now), ...pendingStart(turn)];
  delete record.unstarted;

  let satisfied: Waiter | undefined;
  let refusal: string | undefined;
  let fresh = before.unstarted !== undefined;
  let written = false;
  for (const message of messages) {
    const delivered = deliver(turn, message);
    if (delivered.kind === "written") written = true;
    if (delivered.kind === "refused") refusal = delivered.why;
    if (delivered.kind === "seen") fresh = true;
    if (delivered.kind === "seen" && delivered.waiter !== undefined) satisfied = delivered.waiter;
  }
  if (!fresh && refusal === undefined) {
    invoked();
    return written ? turn.write(opening) : undefined;
  }
  if (record.stuck !== undefined) {
    invoked();
    return turn.write(opening);
  }

  if (record.ending === undefined && refusal === undefined) {
    const known = hasName(core.functions().orchestrators, record.name);
    const result = known
      ? await invoke(turn, before, opening).finally(invoked)
      : { refusal: unknownFunction(record.name, "orchestrator", core.functions().orchestrators) };
    if (!known) invoked();
    refusal = result.refusal ?? concludeSafely(turn, before, result, messages, satisfied);
  } else {
    invoked();
  }

  if (refusal !== undefined) {
    core.parts.log.error(`Orchestration '${record.id}' failed: ${refusal}`);
    turn.end("Failed", refusal.startsWith("Non-Deterministic") ? refusal : orchestratorFailed(record.name, refusal));
  } else if (record.stuck === undefined && record.ending !== undefined && record.open === 0) {
    if (record.ending.kind === "again") return turn.startOver(record.ending);
    turn.end(record.ending.status, record.ending.result);
  }
  turn.write(opening);
}

/** An orchestrator that requests something impossible must fail, instead of being retried for ever. */
function concludeSafely(...given: Parameters<typeof conclude>): string | undefined {
  try {
    return conclude(...given);
  } catch (error) {
    return `An action of the orchestrator cannot be carried out: ${(error as Error).message}`;
  }
}

/** Processes the orchestrator's result; returns why the instance must fail, if it must. */
function conclude(
  turn: Turn,
  before: InstanceRecord,
  { state, known, error }: Invoked,
  messages: readonly Message[],
  satisfied: Waiter | undefined,
): string | undefined {
  const { record } = turn;
  const list = (state?.actions ?? []).flat();
  const most = turn.core.limits.actions;
  if (list.length > most)
    return `An orchestration may schedule at most ${most} actions; continueAsNew starts again from none.`;
  if (state !== undefined) {
    const held = record.locks?.length ?? 0;
    const again = turn.core.hangLikeAzure;
    const walked = walk(list, known ?? [], (count) => turn.take(count), record.waits, held, again);
    if (walked.rerun !== undefined && walked.added.length + walked.waits.length > 0)
      turn.core.parts.log.warn(
        `Orchestration '${record.id}' continues as it would on Azure. ${reusedTask(walked.rerun)}`,
      );
    const problem =
      walked.problem ??
      (isUnreadable(state, walked) ? lostTurn(known ?? [], tooDeeplyNested) : undefined) ??
      decide(turn, walked) ??
      setCustomStatus(turn, state.customStatus, carriesStatus(before, walked));
    if (problem !== undefined || record.stuck !== undefined) return problem;
    if (error === undefined && walked.continueAsNew !== undefined) {
      return continueAsNew(turn, before, walked.continueAsNew, carried(turn, list, messages, satisfied));
    }
  }
  if (error !== undefined) {
    if (state !== undefined && error === "") return turn.refuse(threwWithoutWords());
    record.ending = { kind: "done", status: "Failed", result: orchestratorFailed(record.name, error) };
  } else if (state?.isDone) {
    record.ending = { kind: "done", status: "Completed", result: toJson(state.output) };
  } else if (record.open === 0 && !record.asked && Object.keys(record.waiters ?? {}).length === 0) {
    return turn.refuse(nothingToWaitFor());
  }
  return undefined;
}

/** Whether the host cannot read what the orchestrator gave. What it gave in earlier turns was readable. */
function isUnreadable({ output, customStatus }: OrchestratorState, { added, continueAsNew }: Walked): boolean {
  const [inState, inAction] = [1, 3];
  if (isTooDeep(output, inState) || isTooDeep(customStatus, inState)) return true;
  return isTooDeep(continueAsNew, inAction) || added.some(({ action }) => isTooDeep(action, inAction));
}

function continueAsNew(
  turn: Turn,
  before: InstanceRecord,
  action: Action,
  carry: HistoryEvent | undefined,
): string | undefined {
  const input = toJson(unquoted(action.input));
  const times = before.redelivered ?? 0;
  if (carry === undefined) delete turn.record.redelivered;
  else if (times >= maximumRedeliveries && !turn.core.hangLikeAzure)
    return endlessRedelivery(String(carry.Name), times);
  turn.record.ending = { kind: "again", input, ...(carry ? { carry } : {}) } satisfies Ending;
  return undefined;
}

/**
 * The event that the next generation gets again. As recorded: an event that wins against a timer which is then cancelled is handed over. The host,
 * which processes the actions itself, reaches continue-as-new before that event.
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
  // The first turn of a generation that received a carried event and has used it up.
  return turn.core.tables.page(turn.record.id, 0).events.find(({ EventType }) => EventType === eventType.EventRaised);
}

/**
 * Whether the custom status of the previous generation is kept: in the first turn of the next one, unless that continues as new as well.
 * (DurableTask.Core, TaskOrchestrationDispatcher)
 */
const carriesStatus = (before: InstanceRecord, walked: Walked): boolean =>
  before.generation > 0 && before.unstarted !== undefined && walked.continueAsNew === undefined;

function setCustomStatus(turn: Turn, value: unknown, carried: boolean): string | undefined {
  const text = toJson(value);
  if (text === null && carried) return undefined;
  if (text === null) delete turn.record.customStatus;
  else if (text.length * 2 > customStatusLimit) return customStatusTooLarge(Math.floor((text.length * 2) / 1024));
  else turn.record.customStatus = text;
  return undefined;
}
