import type { OrchestrationContext, Task } from "durable-functions";

/**
 * Waits for an external event that fits, until a deadline. Returns the event, or `undefined` after the deadline.
 *
 * Each round creates a new event task and a new timer with the same deadline, and cancels the timer if the event came first. Reusing a task in
 * `Task.any`, or waiting for several event names, hangs on the real host. An event that does not fit (repeated or late) is ignored by another round.
 */
export function* waitUntil<T>(
  { df }: OrchestrationContext,
  name: string,
  deadline: Date,
  fits: (event: T) => boolean,
): Generator<Task, T | undefined, unknown> {
  for (;;) {
    const event = df.waitForExternalEvent(name);
    const timer = df.createTimer(deadline);
    const winner = yield df.Task.any([event, timer]);
    if (winner === timer) return undefined;
    if (!timer.isCompleted) timer.cancel();
    if (fits(event.result as T)) return event.result as T;
  }
}
