import type { Span } from "./span.ts";

const prefix = "function:";

/** What a request is about that a function answers: both are one span. */
export const runOf = (functionName: string): string => prefix + functionName;

/** The function that a span is a run of: what the durable engine runs has its own kinds of spans, and what answers a request is one with it. */
export function ranBy({ service, kind, name, keys }: Span): string | undefined {
  if (service === "durable") return kind === "episode" || kind === "activity" ? name : undefined;
  if (service !== "functions") return undefined;
  return kind === "run" ? name : keys.find((key) => key.startsWith(prefix))?.slice(prefix.length);
}
