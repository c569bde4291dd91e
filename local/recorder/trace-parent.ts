const form = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/;

/** The trace id of a W3C `traceparent`; `undefined` if it is invalid. Source: Trace Context, 3.2.2. */
export function traceOf(traceParent: unknown): string | undefined {
  if (typeof traceParent !== "string") return undefined;
  return form.test(traceParent) ? traceParent.slice(3, 35) : undefined;
}

/** The trace that a document claims to belong to: by its own `traceparent`, or by that of something in it, such as an event to be sent. */
export function traceIn(document: Readonly<Record<string, unknown>>): string | undefined {
  const own = traceOf(document.traceparent);
  if (own !== undefined) return own;
  for (const name in document) {
    const value = document[name];
    const inner =
      typeof value === "object" && value !== null && "traceparent" in value ? traceOf(value.traceparent) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}
