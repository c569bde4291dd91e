import { asJsonNetReads } from "../kernel/json-net.ts";
import { hop } from "./completions.ts";
import { compactGuid, hasName } from "./core.ts";
import { entityId, parseEntityId } from "./entity-records.ts";
import { actionType, httpActivityName } from "./events.ts";
import { childIsRunning, childLikeEntity, childLikeParent, leftoverWaiter, unknownFunction } from "./failures.ts";
import type { CallTask } from "./records.ts";
import type { Turn } from "./turn.ts";
import { type Action, identity, type NewWait, type Walked } from "./walk.ts";

/**
 * Turns the orchestrator's new actions into tasks and messages.
 * Returns why the instance must fail, if it requests something that hangs or goes wrong on Azure.
 */
export function decide(turn: Turn, walked: Walked): string | undefined {
  for (const wait of walked.waits) {
    const problem = awaitEvent(turn, wait);
    if (problem !== undefined || turn.record.stuck !== undefined) return problem;
  }
  turn.record.waits = walked.waitCount;
  for (const { action, id, redo } of walked.added) {
    if (!redo) turn.actions.push({ ...identity(action), id });
    const problem = begin(turn, action, id);
    if (problem !== undefined || turn.record.stuck !== undefined) return problem;
  }
  for (const id of walked.cancelled) turn.cancelTimer(id);
  return undefined;
}

function awaitEvent(turn: Turn, { name, place, names }: NewWait): string | undefined {
  const { record } = turn;
  const open = record.waiters?.[name] ?? [];
  // Two waits for one name in the same Task.any or Task.all are not left over.
  if (open.some(([earlier, several]) => earlier !== place && several > 1)) {
    if (!turn.core.hangLikeAzure) return leftoverWaiter(name);
    // As observed on Azure: this works if the events arrive one by one. In a burst, the waiter that is left over takes the event, and only the next
    // message wakes the instance.
    if (turn.inbox.some(({ message }) => message.kind === "event" && message.name === name)) record.swallows = name;
  }
  const kept = record.buffered?.[name];
  if (kept === undefined) {
    record.waiters = { ...record.waiters, [name]: [...open, [place, names]] };
    return undefined;
  }
  const { [name]: _, ...others } = record.buffered ?? {};
  record.buffered = kept > 1 ? { ...others, [name]: kept - 1 } : others;
  return undefined;
}

function begin(turn: Turn, action: Action, id: number): string | undefined {
  switch (action.actionType) {
    case actionType.CallActivity:
    case actionType.CallActivityWithRetry:
      return callActivity(turn, action, id);
    case actionType.CallSubOrchestrator:
    case actionType.CallSubOrchestratorWithRetry:
      return callSubOrchestrator(turn, action, id);
    case actionType.CreateTimer:
      turn.timer(id, hop(turn.now, new Date(action.fireAt ?? turn.now).getTime()));
      return undefined;
    case actionType.CallHttp:
      turn.call(id, { kind: "http", name: httpActivityName, input: JSON.stringify(action.httpRequest) });
      return undefined;
    case actionType.CallEntity:
    case actionType.SignalEntity:
      return sendToEntity(turn, action, id);
    case actionType.LockEntities:
      return lock(turn, action, id);
    case actionType.ReleaseEntities:
      return release(turn, id);
    default:
      return `The local Azure does not support the action type ${action.actionType} that the durable-functions package returned; 3.5.0 is known to work.`;
  }
}

function callActivity(turn: Turn, action: Action, id: number): string | undefined {
  const name = action.functionName ?? "";
  const known = turn.core.functions().activities;
  if (!hasName(known, name)) return turn.refuse(unknownFunction(name, "activity", known));
  turn.call(id, { kind: "activity", name, input: toJson(unquoted(action.input)), ...retry(turn, action) });
  return undefined;
}

function callSubOrchestrator(turn: Turn, action: Action, id: number): string | undefined {
  const name = action.functionName ?? "";
  const known = turn.core.functions().orchestrators;
  if (!hasName(known, name)) return turn.refuse(unknownFunction(name, "orchestrator", known));
  const wanted = action.instanceId || undefined;
  if (wanted !== undefined) {
    if (wanted.startsWith("@")) return turn.refuse(childLikeEntity(wanted));
    const { id: own, parent } = turn.record;
    const above = [own, parent?.id].find((id) => id?.toLowerCase() === wanted.toLowerCase());
    if (above !== undefined) return turn.refuse(childLikeParent(wanted, above));
    if (turn.isTaken(wanted)) return turn.refuse(childIsRunning(wanted));
  }
  const task: CallTask = { kind: "child", name, input: toJson(action.input), version: action.version ?? null };
  turn.call(id, { ...task, ...retry(turn, action), ...(wanted === undefined ? {} : { wanted }) });
  return undefined;
}

const retry = (turn: Turn, action: Action) =>
  action.retryOptions === undefined ? {} : { retry: { policy: action.retryOptions, attempt: 1, since: turn.now } };

function sendToEntity(turn: Turn, action: Action, id: number): string | undefined {
  const { record } = turn;
  const { name, key } = parseEntityId(action.instanceId ?? "");
  const known = turn.core.functions().entities;
  if (!hasName(known, name)) return turn.refuse(unknownFunction(name, "entity", known));
  const signal = action.actionType === actionType.SignalEntity;
  const requestId = turn.core.parts.ids.uuid();
  const input = toJson(action.input);
  const request = {
    op: action.operation ?? "",
    ...(signal ? { signal: true } : {}),
    ...(input === null ? {} : { input }),
  };
  if (!signal) record.asked = (record.asked ?? 0) + 1;
  const sender = { parent: record.id, executionId: record.executionId };
  turn.send(
    entityId(name, key),
    { kind: "operation", requestId, name: action.operation ?? "", input, signal, ...sender },
    id,
    { Name: "op", Input: requestMessage(turn, { ...request, id: requestId }) },
  );
  return undefined;
}

function lock(turn: Turn, action: Action, id: number): string | undefined {
  const { record } = turn;
  const set = (action.lockSet ?? []).map(({ name, key }) => entityId(name, key));
  const known = turn.core.functions().entities;
  const unknown = (action.lockSet ?? []).find(({ name }) => !hasName(known, name));
  if (unknown !== undefined) return turn.refuse(unknownFunction(unknown.name, "entity", known));
  const requestId = action.lockRequestId ?? compactGuid(turn.core);
  record.locks = set;
  record.asked = (record.asked ?? 0) + 1;
  turn.send(
    set[0] ?? "",
    { kind: "lock", requestId, set, position: 0, parent: record.id, executionId: record.executionId },
    id,
    { Name: "op", Input: requestMessage(turn, { op: null, id: requestId, lockset: action.lockSet, pos: 0 }) },
  );
  return undefined;
}

function release(turn: Turn, first: number): undefined {
  const { record } = turn;
  for (const [index, entity] of (record.locks ?? []).entries()) {
    const fields = { Name: "release", Input: JSON.stringify({ parent: record.id }) };
    turn.send(entity, { kind: "release", parent: record.id }, first + index, fields);
  }
  delete record.locks;
}

function requestMessage(turn: Turn, fields: Record<string, unknown>): string {
  return JSON.stringify({
    $type:
      "Microsoft.Azure.WebJobs.Extensions.DurableTask.RequestMessage, Microsoft.Azure.WebJobs.Extensions.DurableTask",
    ...fields,
    parent: turn.record.id,
    parentExecution: turn.record.executionId,
    requestTime: new Date(turn.now).toISOString(),
  });
}

/** JSON text of a value from the application, as the extension keeps it; `null` for no value. */
export function toJson(value: unknown): string | null {
  if (typeof value !== "object") return value === undefined ? null : (JSON.stringify(value) ?? null);
  const kept = asJsonNetReads(value);
  return kept === null ? null : JSON.stringify(kept);
}

/** The SDK encodes a string for an activity or for continue-as-new as JSON once more; this undoes it. */
export function unquoted(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
