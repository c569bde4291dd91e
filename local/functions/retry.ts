import type { Clock } from "../kernel/clock.ts";
import type { Ids } from "../kernel/ids.ts";
import type { InvocationResult } from "./invocation-result.ts";
import type { RetryContext, RetryOptions } from "./protocol.ts";
import { Pause } from "./storage/real-time.ts";

export interface RetryRun {
  functionName: string;
  /** Without a policy there is one attempt. */
  policy: RetryOptions | undefined;
  clock: Clock;
  ids: Ids;
  /** Ends the wait; the run then has no result. */
  signal: AbortSignal;
  attempt(retryContext?: RetryContext): Promise<InvocationResult>;
  /** Whether a pause may also end by the machine's time. Default: no. */
  machineTime?: boolean;
  /** Called in the same turn in which a wait for the next attempt begins or ends: a wait is not work. */
  waiting(isWaiting: boolean): void;
}

/** Attempts an invocation until it succeeds or the retry policy is exhausted; `undefined` if it was stopped while it waited. */
export async function runWithRetries(run: RetryRun): Promise<InvocationResult | undefined> {
  const { policy, signal } = run;
  let retryContext: RetryContext | undefined = policy && { retryCount: 0, maxRetryCount: policy.maxRetryCount };
  for (let retryCount = 1; ; retryCount++) {
    const result = await run.attempt(retryContext);
    if (result.ok || policy === undefined || signal.aborted) return result;
    if (policy.maxRetryCount !== -1 && retryCount > policy.maxRetryCount) return result;
    await wait(run, delayBefore(policy, retryCount, run.ids));
    if (signal.aborted) return undefined;
    retryContext = {
      retryCount,
      maxRetryCount: policy.maxRetryCount,
      exception: exceptionOf(run.functionName, result),
    };
  }
}

/** The failure of the previous attempt, in the form in which the real host passes it to a worker. */
function exceptionOf(
  functionName: string,
  result: InvocationResult & { ok: false },
): Required<RetryContext>["exception"] {
  const { message, stack = "" } = result.error;
  const cause = `Result: Failure\nException: ${message}\nStack: ${stack}`;
  return {
    message: `Microsoft.Azure.WebJobs.Host.FunctionInvocationException : Exception while executing function: Functions.${functionName} ---> Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException : ${cause}`,
    source: "System.Private.CoreLib",
    stackTrace: stack,
  };
}

/** The delay before a retry in milliseconds: fixed, or doubling from the minimum up to the maximum with a jitter of a fifth either way. */
function delayBefore(policy: RetryOptions, retryCount: number, ids: Ids): number {
  if (policy.strategy === "fixedDelay") return (policy.delayInterval?.seconds ?? 0) * 1000;
  const least = (policy.minimumInterval?.seconds ?? 0) * 1000;
  const most = (policy.maximumInterval?.seconds ?? 0) * 1000;
  const growth = retryCount === 1 ? 0 : (0.8 + 0.4 * ids.random()) * 2 ** (retryCount - 2) * least;
  return Math.min(least + growth, most);
}

function wait({ clock, signal, waiting, machineTime }: RetryRun, delay: number): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    waiting(true);
    const pause = new Pause();
    let over = false;
    const done = () => {
      if (over) return;
      over = true;
      timer.cancel();
      pause.end();
      signal.removeEventListener("abort", done);
      waiting(false);
      resolve();
    };
    const timer = clock.after(delay, done);
    if (machineTime) void pause.for(delay).then(done);
    signal.addEventListener("abort", done, { once: true });
  });
}
