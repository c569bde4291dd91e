import type { Clock } from "../kernel/clock.ts";
import type { Ids } from "../kernel/ids.ts";
import type { InvocationResult } from "./invoker.ts";
import type { RetryContext, RetryOptions } from "./protocol.ts";

export interface RetryRun {
  /** Without one there is one attempt. */
  policy: RetryOptions | undefined;
  clock: Clock;
  ids: Ids;
  /** Ends the waiting; the run then has no result. */
  signal: AbortSignal;
  attempt(retryContext?: RetryContext): Promise<InvocationResult>;
  /** Told in the same turn that a wait for the next attempt begins and ends: a wait is not work. */
  waiting(isWaiting: boolean): void;
}

/** Attempts an invocation until it succeeds or the retry policy is used up; `undefined` when it was stopped while it waited. */
export async function runWithRetries(run: RetryRun): Promise<InvocationResult | undefined> {
  const { policy, signal } = run;
  let retryContext: RetryContext | undefined;
  for (let retryCount = 1; ; retryCount++) {
    const result = await run.attempt(retryContext);
    if (result.ok || policy === undefined || signal.aborted) return result;
    if (policy.maxRetryCount !== -1 && retryCount > policy.maxRetryCount) return result;
    await wait(run, delayBefore(policy, retryCount, run.ids));
    if (signal.aborted) return undefined;
    const { message, stack = "" } = result.error;
    const exception = { message, source: "", stackTrace: stack };
    retryContext = { retryCount, maxRetryCount: policy.maxRetryCount, exception };
  }
}

/** Milliseconds before a retry: fixed, or doubling from the minimum up to the maximum with a spread of a fifth either way. */
export function delayBefore(policy: RetryOptions, retryCount: number, ids: Ids): number {
  if (policy.strategy === "fixedDelay") return (policy.delayInterval?.seconds ?? 0) * 1000;
  const least = (policy.minimumInterval?.seconds ?? 0) * 1000;
  const most = (policy.maximumInterval?.seconds ?? 0) * 1000;
  const growth = retryCount === 1 ? 0 : (0.8 + 0.4 * ids.random()) * 2 ** (retryCount - 2) * least;
  return Math.min(least + growth, most);
}

function wait({ clock, signal, waiting }: RetryRun, delay: number): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    waiting(true);
    const done = () => {
      signal.removeEventListener("abort", aborted);
      waiting(false);
      resolve();
    };
    const timer = clock.after(delay, done);
    const aborted = () => {
      timer.cancel();
      done();
    };
    signal.addEventListener("abort", aborted, { once: true });
  });
}
