import { AsyncLocalStorage } from "node:async_hooks";
import { traceIdOf } from "./trace.ts";

/** The trace id of the order that the current work is about, once it is known. */
const underWay = new AsyncLocalStorage<{ trace?: string | undefined }>();

/**
 * Runs work about one order. Its log lines and errors contain the order's trace id. On Azure each log line has the operation id of its invocation, which
 * is rarely the order's: a timer handles all orders, and activities and change feed triggers get no trace context.
 * @param traceparent any `traceparent` of that trace; if it is not known yet, call `isAbout` later
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

/** Sets the order's trace for the current work. */
export function isAbout(traceparent: string | undefined): void {
  const work = underWay.getStore();
  if (work) work.trace = traceIdOf(traceparent) ?? work.trace;
}

/** The trace id of the order that the current work is about. */
export function traceNow(): string | undefined {
  return underWay.getStore()?.trace;
}

/** Appends the current trace id to a log line, unless it contains it. */
export function inTrace(line: string): string {
  const trace = traceNow();
  return trace === undefined || line.includes(trace) ? line : `${line} [trace ${trace}]`;
}

function withTrace(error: unknown): unknown {
  if (!(error instanceof Error) || inTrace(error.message) === error.message) return error;
  // The message of an abort error is read-only.
  if (!Object.getOwnPropertyDescriptor(error, "message")?.writable) {
    return new Error(inTrace(error.message), { cause: error });
  }
  error.message = inTrace(error.message);
  return error;
}
