import type { InvocationContext } from "@azure/functions";

/** The W3C `traceparent` of an invocation, for the events that come of it. */
export function traceOf(context: InvocationContext): string | undefined {
  return context.traceContext?.traceParent || undefined;
}
