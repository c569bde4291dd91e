import type { OrchestrationContext, Task } from "durable-functions";

/**
 * Waits for an external event that fits, until a deadline. Returns the event, or `undefined` when the time is over.
 *
 * Each round makes a new event task and a new timer to the same deadline, and cancels the timer that lost: racing a task again, or waiting for
 * several names, hangs on the real host. Events that do not fit (repeated or late ones) are passed over by another round.
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
