import { actionType, httpActivityName } from "./events.ts";
import { nonDeterministic, outrunRetry, reusedTask } from "./failures.ts";
import type { KnownAction, RetryPolicy } from "./records.ts";

/** An action as the SDK returns it; its fields depend on the type. */
export interface Action {
  readonly actionType: number;
  readonly functionName?: string;
  readonly input?: unknown;
  readonly instanceId?: string;
  readonly version?: string;
  readonly retryOptions?: RetryPolicy;
  readonly fireAt?: Date | string;
  readonly isCanceled?: boolean;
  readonly externalEventName?: string;
  readonly compoundActions?: readonly Action[];
  readonly operation?: string;
  readonly httpRequest?: Record<string, unknown>;
  readonly lockRequestId?: string;
  readonly lockSet?: readonly { name: string; key: string }[];
}

/** A new wait for an external event; see `Waiter`. */
export interface NewWait {
  readonly name: string;
  readonly place: number;
  readonly names: number;
}

export interface Walked {
  /** New actions that take a sequence id, in the SDK's order. */
  readonly added: { readonly action: Action; readonly id: number; readonly redo: boolean }[];
  readonly waits: NewWait[];
  /** The total number of waits. */
  readonly waitCount: number;
  /** Ids of timers that are now cancelled, old and new. */
  readonly cancelled: number[];
  readonly continueAsNew?: Action;
  /** The action that runs again because its task is in a second wait; only if that is not refused. */
  readonly rerun?: string;
  /** Why the instance must fail: the orchestrator is not deterministic, or does something that hangs on Azure. */
  readonly problem?: string;
}

/** Kinds that the check of determinism treats as equal: a call with or without retries is the same event in a history. */
const sameKind = new Map<number, number>([
  [actionType.CallActivityWithRetry, actionType.CallActivity],
  [actionType.CallHttp, actionType.CallActivity],
  [actionType.CallSubOrchestratorWithRetry, actionType.CallSubOrchestrator],
  [actionType.ScheduledSignalEntity, actionType.SignalEntity],
]);

/** The kind and name by which an action is remembered. */
export function identity(action: Action): { type: number; name: string } {
  const type = sameKind.get(action.actionType) ?? action.actionType;
  const name =
    action.actionType === actionType.CallHttp ? httpActivityName : (action.functionName ?? action.instanceId ?? "");
  return { type, name: type === actionType.CallSubOrchestrator ? (action.functionName ?? "") : name };
}

/** The number of sequence ids that the SDK takes for an action: one, but for releasing locks one for each entity. */
const idsTaken = (action: Action, locks: number) => (action.actionType === actionType.ReleaseEntities ? locks : 1);

/**
 * Walks the complete list of actions that an episode returned, and numbers the new ones exactly as the SDK did: in order of issue, children of
 * compound actions depth first, none for waits and continue-as-new.
 * @param known actions of earlier episodes, in order
 * @param take takes the next `count` ids and returns the first
 * @param waits the number of waits in earlier episodes
 * @param locks the number of entities that the critical section holds
 * @param again a task in a second wait is not refused but counted and started again, as in the real host: its ids then differ from the SDK's
 */
export function walk(
  list: readonly Action[],
  known: readonly KnownAction[],
  take: (count: number) => number,
  waits: number,
  locks: number,
  again = false,
): Walked {
  const added: Walked["added"] = [];
  const newWaits: NewWait[] = [];
  const cancelled: number[] = [];
  const seen = new Set<Action>();
  let position = 0;
  let waitCount = 0;
  let continueAsNew: Action | undefined;
  let held = locks;
  let rerun: string | undefined;
  let racedAgain: string | undefined;
  let lastId = -1;
  let outrun: { name: string; lastId: number } | undefined;

  const leaf = (action: Action, place: number, root: Action): string | undefined => {
    if (action.actionType === actionType.ContinueAsNew) {
      continueAsNew = action;
      return undefined;
    }
    if (action.actionType === actionType.WaitForExternalEvent) {
      waitCount++;
      if (waitCount > waits) newWaits.push({ name: action.externalEventName ?? "", place, names: rivals(root) });
      return undefined;
    }
    if (racedAgain !== undefined) return reusedTask(racedAgain);
    const before = known[position++];
    let id: number;
    if (before !== undefined) {
      const now = identity(action);
      if (now.type !== before.type || now.name.toLowerCase() !== before.name.toLowerCase())
        return nonDeterministic(before, now);
      id = before.id;
      if (before.redo) added.push({ action, id, redo: true });
    } else {
      id = take(idsTaken(action, held));
      added.push({ action, id, redo: false });
      if (action.actionType === actionType.LockEntities) held = action.lockSet?.length ?? 0;
    }
    if (outrun !== undefined && id > outrun.lastId + 1) return outrunRetry(outrun.name);
    outrun = undefined;
    lastId = id;
    if (action.actionType === actionType.CreateTimer && action.isCanceled) cancelled.push(id);
    return undefined;
  };

  const visit = (action: Action, place: number, root: Action): string | undefined => {
    const reused = seen.has(action);
    if (reused && !again) {
      if (action.actionType !== actionType.CreateTimer) return reusedTask(describeTask(action));
      // The host creates another timer and counts one id more than the SDK. This has no effect as long as nothing else takes an id.
      racedAgain = describeTask(action);
      return undefined;
    }
    if (reused) rerun ??= describeTask(action);
    seen.add(action);
    if (action.compoundActions === undefined) return leaf(action, place, root);
    for (const child of action.compoundActions) {
      const problem = visit(child, place, root);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

  let problem: string | undefined;
  for (let place = 0; place < list.length && problem === undefined; place++) {
    const action = list[place];
    if (action !== undefined) problem = visit(action, place, action);
    const retried = action !== undefined && endsWithoutEvent(action) ? retriedIn(action) : undefined;
    if (retried !== undefined) outrun = { name: retried, lastId };
  }
  const missing = known[position];
  if (problem === undefined && missing !== undefined) problem = nonDeterministic(missing);
  return {
    added,
    waits: newWaits,
    waitCount: Math.max(waits, waitCount),
    cancelled,
    ...(continueAsNew === undefined ? {} : { continueAsNew }),
    ...(rerun === undefined ? {} : { rerun }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The number of ways in which events of different names can end an action. */
const rivals = (root: Action) => Math.min(alternatives(root), eventNames(root).size);

function alternatives(action: Action): number {
  if (action.externalEventName !== undefined) return 1;
  const each = (action.compoundActions ?? []).map(alternatives);
  return action.actionType === actionType.WhenAny ? each.reduce((sum, ways) => sum + ways, 0) : Math.max(0, ...each);
}

function eventNames(action: Action, names = new Set<string>()): Set<string> {
  if (action.externalEventName !== undefined) names.add(action.externalEventName);
  for (const child of action.compoundActions ?? []) eventNames(child, names);
  return names;
}

/**
 * The name of a call in it that takes more ids if it fails. For the host, a `Task.any` with a cancelled timer has ended, so it counts the next action
 * from there, before it comes to the ids of the retries.
 */
function retriedIn(action: Action): string | undefined {
  if (action.actionType === actionType.CallHttp || action.retryOptions !== undefined) return identity(action).name;
  for (const child of action.compoundActions ?? []) {
    const found = retriedIn(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function describeTask(action: Action): string {
  if (action.externalEventName !== undefined) return `the task of waitForExternalEvent('${action.externalEventName}')`;
  if (action.actionType === actionType.CreateTimer) return "the task of a createTimer";
  if (action.compoundActions !== undefined) return "the task of a Task.any or Task.all";
  return `the task of a call of '${identity(action).name}'`;
}

/**
 * Whether the host, which walks the list itself, passes `action` without the event that has just arrived. Then continue-as-new is in progress when
 * the host reaches that event, and carries it over. For the host a cancelled timer has ended.
 */
export function endsWithoutEvent(action: Action): boolean {
  if (action.actionType === actionType.CreateTimer) return action.isCanceled === true;
  const children = action.compoundActions ?? [];
  if (action.actionType === actionType.WhenAny) return children.some(endsWithoutEvent);
  return children.length > 0 && children.every(endsWithoutEvent);
}
