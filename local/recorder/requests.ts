import type { IncomingMessage, ServerResponse } from "node:http";
import { causeOf, takeCause } from "../kernel/near/cause.ts";
import type { OpenSpan, Recorder } from "./recorder.ts";
import type { Outcome, Service } from "./span.ts";
import { traceOf } from "./trace-parent.ts";

/** Records a request to a service from its beginning to its answer; what `answer` does is caused by it. */
export async function recordRequest<T>(
  recorder: Recorder,
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  answer: (span: OpenSpan) => Promise<T> | T,
): Promise<T> {
  // A service hands no header on, and to take one out makes all others slower to find. The host's application is shown what came.
  const cause = service === "functions" ? takeCause(request) : causeOf(request);
  const { method = "GET", url = "/", headers } = request;
  const span = recorder.begin(service, "http", `${method} ${pathOf(url)}`, {
    causes: cause,
    trace: cause === 0 ? traceOf(headers.traceparent) : undefined,
  });
  try {
    return await recorder.within(span, () => answer(span));
  } finally {
    const { statusCode, writableEnded } = response;
    if (writableEnded) span.end(outcomeOf(statusCode), statusCode);
    // Broken on purpose, or by who asked.
    else span.end("failed");
  }
}

/** An address without its query. */
export function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/** What an HTTP status says of the one who asked. */
export const outcomeOf = (status: number): Exclude<Outcome, "running"> =>
  status < 400 ? "ok" : status < 500 ? "refused" : "failed";
