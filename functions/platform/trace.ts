import { createHash, randomBytes } from "node:crypto";
import type { InvocationContext } from "@azure/functions";

/** The W3C `traceparent` of an invocation, for the events that it causes. */
export function traceOf(context: InvocationContext): string | undefined {
  return context.traceContext?.traceParent || undefined;
}

/** A `traceparent` that begins a new trace, for calls without one. */
export function newTrace(): string {
  return `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`;
}

/**
 * The `traceparent` of a fact: in the trace of its cause, with its own span. The span is derived from the fact's id. So a retry writes the same
 * `traceparent`, and the span of the cause can be computed from its id (`causationid`).
 * @param within any `traceparent` of that trace
 * @returns `undefined` if `within` is missing or invalid
 */
export function traceOfFact(within: string | undefined, id: string): string | undefined {
  const [, trace, flags] = /^00-((?!0{32})[0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(within ?? "") ?? [];
  if (trace === undefined) return undefined;
  const span = createHash("sha256").update(id).digest("hex").slice(0, 16);
  return `00-${trace}-${span}-${flags}`;
}

/** The trace id (32 hexadecimal digits) of a `traceparent`; `undefined` if it is missing or invalid. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return /^00-((?!0{32})[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent ?? "")?.[1];
}
