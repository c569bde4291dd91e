import type { Span } from "./span.ts";

const prefix = "function:";

/** The key of a request that a function answers: the request and the run are one span. */
export const runOf = (functionName: string): string => prefix + functionName;

/**
 * The function that a span is a run of. Runs by the durable engine have their own kinds of spans, and the run of an HTTP function is the span of its
 * request.
 */
export function ranBy({ service, kind, name, keys }: Span): string | undefined {
  if (service === "durable") return kind === "episode" || kind === "activity" ? name : undefined;
  if (service !== "functions") return undefined;
  return kind === "run" ? name : keys.find((key) => key.startsWith(prefix))?.slice(prefix.length);
}
