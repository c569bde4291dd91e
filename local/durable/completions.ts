import { event, eventType, httpActivityName, raised } from "./events.ts";
import { childIsRunning, leftoverWaiter, retryTimeout } from "./failures.ts";
import { longTimer } from "./limits.ts";
import type { CallTask, Message, Retry, TaskRecord, TimerTask, Waiter } from "./records.ts";
import type { Turn } from "./turn.ts";

type Completion = Extract<Message, { kind: "done" | "failed" }>;

/**
 * The outcome of delivering a message: it is dropped, it is recorded without waking the orchestrator, the orchestrator must see it, or the instance
 * must fail.
 */
export type Delivered =
  | { kind: "stale" }
  | { kind: "written" }
  | { kind: "seen"; waiter?: Waiter }
  | { kind: "refused"; why: string };

const stale: Delivered = { kind: "stale" };
const written: Delivered = { kind: "written" };
const seen: Delivered = { kind: "seen" };

/**
 * Whether the SDK takes sequence ids while it processes this message, before the orchestrator's own code continues. Such a message must come first in
 * its episode, so that its ids precede those of the code.
 */
export function takesIds(message: Message, task: TaskRecord | undefined): boolean {
  if (task === undefined) return false;
  if (message.kind === "failed") return task.kind !== "timer" && task.retry !== undefined;
  if (message.kind === "timer") return task.kind === "timer" && (task.then !== undefined || task.final !== undefined);
  return message.kind === "done" && task.kind === "http";
}

/** Adds a message to the episode: its event, the end of its task, and what the host and the SDK do automatically in response. */
export function deliver(turn: Turn, message: Message): Delivered {
  switch (message.kind) {
    case "event":
      turn.delivered.push(raised(message.at, message.name, message.input));
      return externalEvent(turn, message.name);
    case "reply":
      if (message.executionId !== turn.record.executionId) return stale;
      turn.record.asked = Math.max(0, (turn.record.asked ?? 0) - 1);
      turn.delivered.push(raised(message.at, message.name, message.input));
      return seen;
    case "timer":
      return timerFired(turn, message);
    case "done":
    case "failed":
      return callEnded(turn, message);
    default:
      return stale;
  }
}

function externalEvent(turn: Turn, name: string): Delivered {
  const waiter = takeWaiter(turn, name);
  if (turn.record.swallows !== name) return { kind: "seen", ...waiter };
  delete turn.record.swallows;
  turn.core.parts.log.warn(
    `Orchestration '${turn.record.id}' does not receive the event '${name}' until something else wakes it, as on Azure. ${leftoverWaiter(name)}`,
  );
  return written;
}

/** The newest open waiter of that name gets the event, as in the SDK; without a waiter the event is kept. */
function takeWaiter(turn: Turn, name: string): { waiter?: Waiter } {
  const { record } = turn;
  const waiters = record.waiters?.[name];
  if (waiters === undefined) {
    const other = Object.keys(record.waiters ?? {}).find((waited) => waited.toLowerCase() === name.toLowerCase());
    if (other !== undefined) {
      turn.core.parts.log.warn(
        `'${record.id}' waits for the event '${other}', but was sent '${name}': the case must be the same.`,
      );
    }
    record.buffered = { ...record.buffered, [name]: (record.buffered?.[name] ?? 0) + 1 };
    return {};
  }
  const waiter = waiters.at(-1);
  const { [name]: _, ...others } = record.waiters ?? {};
  record.waiters = waiters.length > 1 ? { ...others, [name]: waiters.slice(0, -1) } : others;
  return waiter === undefined ? {} : { waiter };
}

function timerFired(turn: Turn, message: Extract<Message, { kind: "timer" }>): Delivered {
  const task = turn.task(message.taskId);
  if (task?.kind !== "timer" || message.executionId !== task.executionId) return stale;
  const fireAt = new Date(task.due).toISOString();
  turn.delivered.push(event(eventType.TimerFired, message.at, { TimerId: task.id, FireAt: fireAt }));
  turn.close(task.id);
  if (task.cancelled) return written;
  if (task.then !== undefined) {
    const { wanted } = task.then;
    const why = wanted !== undefined && turn.isTaken(wanted) ? turn.refuse(childIsRunning(wanted)) : undefined;
    if (why !== undefined) return { kind: "refused", why };
    if (turn.record.stuck === undefined) turn.call(turn.take(), task.then);
  } else if (task.poll !== undefined)
    turn.call(task.poll.id, { kind: "http", name: httpActivityName, input: task.poll.input });
  else if (task.final !== undefined && task.final > turn.now) turn.timer(turn.take(), hop(turn.now, task.final));
  return seen;
}

/** A timer, or the first part of a long one. `due` in milliseconds since the epoch. */
export function hop(now: number, due: number): Omit<TimerTask, "kind"> {
  return due - now > longTimer.maximum ? { due: now + longTimer.interval, final: due } : { due };
}

function callEnded(turn: Turn, message: Completion): Delivered {
  const task = turn.task(message.taskId);
  if (task === undefined || task.kind === "timer" || message.executionId !== task.executionId) return stale;
  const child = task.kind === "child";
  const fields = { TaskScheduledId: task.id };
  if (message.kind === "done") {
    const type = child ? eventType.SubOrchestrationInstanceCompleted : eventType.TaskCompleted;
    turn.delivered.push(event(type, message.at, { ...fields, Result: message.result }));
    turn.close(task.id);
    if (task.kind === "http") pollAgain(turn, task, message.result);
    return seen;
  }
  const type = child ? eventType.SubOrchestrationInstanceFailed : eventType.TaskFailed;
  turn.delivered.push(
    event(type, message.at, {
      ...fields,
      Reason: message.result ?? "",
      Details: message.details ?? "",
      FailureDetails: message.failure ?? null,
    }),
  );
  turn.close(task.id);
  return task.retry === undefined ? seen : retry(turn, task, task.retry);
}

/**
 * A failed attempt is followed by a timer and the next attempt. The last one is followed by a timer that is due at once: the SDK gives the error to
 * the orchestrator when it fires.
 */
function retry(turn: Turn, task: CallTask, { policy, attempt, since }: Retry): Delivered {
  const timeout = policy.retryTimeoutInMilliseconds;
  if (timeout !== undefined && turn.now >= since + timeout) {
    const why = turn.refuse(retryTimeout(task.name));
    return why === undefined ? seen : { kind: "refused", why };
  }
  if (attempt >= policy.maxNumberOfAttempts) {
    turn.timer(turn.take(), { due: turn.now });
    return seen;
  }
  const wait = policy.firstRetryIntervalInMilliseconds * (policy.backoffCoefficient ?? 1) ** (attempt - 1);
  const delay = Math.min(wait, policy.maxRetryIntervalInMilliseconds ?? longTimer.maximum);
  const { kind, name, input, wanted, version } = task;
  const then: CallTask = {
    ...{ kind, name, input, retry: { policy, attempt: attempt + 1, since } },
    ...(wanted === undefined ? {} : { wanted }),
    ...(version === undefined ? {} : { version }),
  };
  turn.timer(turn.take(), { due: turn.now + delay, then });
  return seen;
}

/** The SDK polls again after a 202 with a Location. It takes an id for the timer and one for the request, both at once. */
function pollAgain(turn: Turn, task: CallTask, result: string | null): void {
  const request = JSON.parse(task.input ?? "{}") as { asynchronousPatternEnabled?: boolean; uri?: string };
  const answer = JSON.parse(result ?? "{}") as { statusCode?: number; headers?: Record<string, string | string[]> };
  const location = header(answer.headers, "location");
  if (request.asynchronousPatternEnabled === false || answer.statusCode !== 202 || location === undefined) return;
  const seconds = Number(header(answer.headers, "retry-after"));
  const delay = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : turn.core.limits.httpPolling;
  const timerId = turn.take();
  const requestId = turn.take();
  const uri = new URL(location, request.uri).href;
  const { headers, ...rest } = request as { headers?: Record<string, string> };
  const kept = Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== "x-functions-key");
  const input = JSON.stringify({ ...rest, method: "GET", uri, content: null, headers: Object.fromEntries(kept) });
  turn.timer(timerId, { due: turn.now + delay, poll: { id: requestId, input } });
}

function header(headers: Record<string, string | string[]> | undefined, name: string): string | undefined {
  const found = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  return Array.isArray(found) ? found[0] : found;
}
