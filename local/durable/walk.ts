import { actionType, httpActivityName } from "./events.ts";
import { nonDeterministic, reusedTask } from "./failures.ts";
import type { KnownAction, RetryPolicy } from "./records.ts";

/** An action as the SDK returns it; which fields there are depends on the type. */
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

/** A wait for an external event that is new; see `Waiter`. */
export interface NewWait {
  readonly name: string;
  readonly place: number;
  readonly names: number;
}

export interface Walked {
  /** New actions that take a sequence id, in the SDK's order. */
  readonly added: { readonly action: Action; readonly id: number; readonly redo: boolean }[];
  readonly waits: NewWait[];
  /** How many waits there are in all. */
  readonly waitCount: number;
  /** Ids of timers that are cancelled by now, old and new. */
  readonly cancelled: number[];
  readonly continueAsNew?: Action;
  /** What is begun once more because its task stands in a second wait; only when that is not refused. */
  readonly rerun?: string;
  /** Why the instance must fail: the orchestrator is not deterministic, or has a shape that hangs on Azure. */
  readonly problem?: string;
}

/** Kinds that count as one in the check of determinism: with and without retries is the same event in a history. */
const sameKind = new Map<number, number>([
  [actionType.CallActivityWithRetry, actionType.CallActivity],
  [actionType.CallHttp, actionType.CallActivity],
  [actionType.CallSubOrchestratorWithRetry, actionType.CallSubOrchestrator],
  [actionType.ScheduledSignalEntity, actionType.SignalEntity],
]);

/** The kind and name under which an action is remembered. */
export function identity(action: Action): { type: number; name: string } {
  const type = sameKind.get(action.actionType) ?? action.actionType;
  const name =
    action.actionType === actionType.CallHttp ? httpActivityName : (action.functionName ?? action.instanceId ?? "");
  return { type, name: type === actionType.CallSubOrchestrator ? (action.functionName ?? "") : name };
}

/** How many sequence ids the SDK takes for an action: one, but one per entity for giving up locks. */
const idsTaken = (action: Action, locks: number) => (action.actionType === actionType.ReleaseEntities ? locks : 1);

/**
 * Goes through the complete list of actions that an episode returned and gives ids to those that are new, exactly as the SDK counted
 * them: in order of issue, children of compound actions depth first, none for waits and continue-as-new.
 * @param known actions of earlier episodes, in order
 * @param take takes the next `count` ids and returns the first
 * @param waits how many waits earlier episodes had
 * @param locks how many entities the critical section holds
 * @param again a task in a second wait is not refused but counted and begun once more, as the real host does: its ids then differ from the SDK's
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
    if (action.actionType === actionType.CreateTimer && action.isCanceled) cancelled.push(id);
    return undefined;
  };

  const visit = (action: Action, place: number, root: Action): string | undefined => {
    const reused = seen.has(action);
    if (reused && !again) {
      if (action.actionType !== actionType.CreateTimer) return reusedTask(describeTask(action));
      // The host makes another timer and counts one id more than the SDK. As long as nothing else takes an id, nobody notices.
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

/** In how many ways an action can end by events of different names. */
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

function describeTask(action: Action): string {
  if (action.externalEventName !== undefined) return `the task of waitForExternalEvent('${action.externalEventName}')`;
  if (action.actionType === actionType.CreateTimer) return "the task of a createTimer";
  if (action.compoundActions !== undefined) return "the task of a Task.any or Task.all";
  return `the task of a call of '${identity(action).name}'`;
}

/**
 * Whether the host, which goes through the list itself, is past `action` without the event that has just come: then continue-as-new
 * is under way when it gets to that event, and carries it over. A timer that has been cancelled counts as ended for it.
 */
export function endsWithoutEvent(action: Action): boolean {
  if (action.actionType === actionType.CreateTimer) return action.isCanceled === true;
  const children = action.compoundActions ?? [];
  if (action.actionType === actionType.WhenAny) return children.some(endsWithoutEvent);
  return children.length > 0 && children.every(endsWithoutEvent);
}
