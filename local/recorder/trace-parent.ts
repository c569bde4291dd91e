/** The trace id of a W3C `traceparent`; `undefined` when it is none. Source: Trace Context, 3.2.2. */
export function traceOf(traceParent: unknown): string | undefined {
  if (typeof traceParent !== "string") return undefined;
  const [, trace] = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceParent) ?? [];
  return trace === undefined || /^0+$/.test(trace) ? undefined : trace;
}

/** The trace that a document says that it belongs to: by a `traceparent` of its own, or of something in it, such as an event that is to be sent. */
export function traceIn(document: Readonly<Record<string, unknown>>): string | undefined {
  const own = traceOf(document.traceparent);
  if (own !== undefined) return own;
  for (const value of Object.values(document)) {
    const inner =
      typeof value === "object" && value !== null && "traceparent" in value ? traceOf(value.traceparent) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}
