import { AsyncLocalStorage } from "node:async_hooks";
import { traceIdOf } from "./trace.ts";

/** The trace of the order that work under way is about, once it is known. */
const underWay = new AsyncLocalStorage<{ trace?: string | undefined }>();

/**
 * Does work about one order: its lines of the log, and what it throws, tell the order's trace. On Azure each line has the operation of its
 * invocation, and few of those are the order's own: a timer's are about all orders, and nobody hands a trace to an activity or a change feed.
 * @param traceparent of anything in that trace; where it is not known yet, `isAbout` may tell it later
 */
export function within<T>(traceparent: string | undefined, work: () => Promise<T>): Promise<T> {
  return underWay.run({ trace: traceIdOf(traceparent) }, async () => {
    try {
      return await work();
    } catch (error) {
      throw withTrace(error);
    }
  });
}

/** Tells which order's trace the work under way belongs to. */
export function isAbout(traceparent: string | undefined): void {
  const work = underWay.getStore();
  if (work) work.trace = traceIdOf(traceparent) ?? work.trace;
}

/** The trace of the order that the work under way is about. */
export function traceNow(): string | undefined {
  return underWay.getStore()?.trace;
}

/** A line of the log with the trace that it belongs to, unless it tells it already. */
export function inTrace(line: string): string {
  const trace = traceNow();
  return trace === undefined || line.includes(trace) ? line : `${line} [trace ${trace}]`;
}

function withTrace(error: unknown): unknown {
  if (!(error instanceof Error) || inTrace(error.message) === error.message) return error;
  // An abort's message cannot be written.
  if (!Object.getOwnPropertyDescriptor(error, "message")?.writable) {
    return new Error(inTrace(error.message), { cause: error });
  }
  error.message = inTrace(error.message);
  return error;
}
