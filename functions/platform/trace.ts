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
 * The `traceparent` of a fact: in the trace of what led to it, with a span of its own. The span is derived from the fact's id, so that a fact
 * written again by a retry is the same, and the span of what led to it (`causationid`) can be told without having seen it.
 * @param within the `traceparent` of anything in that trace; `undefined` comes of none or of one that is not valid
 */
export function traceOfFact(within: string | undefined, id: string): string | undefined {
  const [, trace, flags] = /^00-((?!0{32})[0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(within ?? "") ?? [];
  if (trace === undefined) return undefined;
  const span = createHash("sha256").update(id).digest("hex").slice(0, 16);
  return `00-${trace}-${span}-${flags}`;
}

/** The trace (32 hexadecimal digits) that a `traceparent` belongs to; `undefined` of none or of one that is not valid. */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  return /^00-((?!0{32})[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent ?? "")?.[1];
}
