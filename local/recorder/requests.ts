import type { IncomingMessage, ServerResponse } from "node:http";
import { causeOf, takeCause } from "../kernel/near/cause.ts";
import type { OpenSpan, Recorder } from "./recorder.ts";
import type { Outcome, Service } from "./span.ts";
import { traceOf } from "./trace-parent.ts";

/** Records a request to a service from its start to its response; the request is the cause of everything in `answer`. */
export async function recordRequest<T>(
  recorder: Recorder,
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  answer: (span: OpenSpan) => Promise<T> | T,
): Promise<T> {
  // Services do not pass headers on, and deleting one would make all others slower to read. The host's application sees the headers, so there it is
  // removed.
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
    // The connection was closed on purpose, or by the client.
    else span.end("failed");
  }
}

/** An address without its query. */
export function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/** The outcome that an HTTP status means. */
export const outcomeOf = (status: number): Exclude<Outcome, "running"> =>
  status < 400 ? "ok" : status < 500 ? "refused" : "failed";
