import type { ClientRequest, IncomingMessage } from "node:http";

/**
 * The header of a request that names the span it comes from, if it is sent over a connection. Only sent between parts of the local Azure, and hidden
 * from every handler.
 */
export const causeHeader = "x-local-azure-cause";

const cause = Symbol("cause");

/** A request on either side, with the id of the span that it comes from; 0 if unknown. */
interface Caused {
  [cause]?: number;
}

/** Marks a request as sent without a connection: its span is passed beside it, not as a header. */
export function goesWithoutHeader(request: ClientRequest): void {
  (request as Caused)[cause] = 0;
}

/** Sets the span that a request comes from, before it is sent. A header costs both sides more than the rest of the recording of a request. */
export function sayCause(request: ClientRequest, span: number): void {
  const own = request as Caused;
  if (own[cause] !== undefined) own[cause] = span;
  else if (!request.headersSent) request.setHeader(causeHeader, String(span));
}

/** Changes a request to be sent over a connection after all. If writing has begun, no header can be added. */
export function goesWithHeader(request: ClientRequest): void {
  const span = saidOf(request);
  delete (request as Caused)[cause];
  if (span > 0) sayCause(request, span);
}

/** The span of a request without a connection. */
export const saidOf = (request: ClientRequest): number => (request as Caused)[cause] ?? 0;

/** Passes the span of a request to its other side. */
export function handOn(request: IncomingMessage, span: number): void {
  (request as Caused)[cause] = span;
}

/** The id of the span that a request comes from; 0 if it names none. */
export function causeOf(request: IncomingMessage): number {
  const said = (request as Caused)[cause];
  if (said !== undefined) return said;
  const given = request.headers[causeHeader];
  const id = given === undefined ? 0 : Number(given);
  return Number.isSafeInteger(id) && id > 0 ? id : 0;
}

/** The same; also removes the header, for a caller that forwards headers. */
export function takeCause(request: IncomingMessage): number {
  const { headers, rawHeaders } = request;
  const from = causeOf(request);
  if (headers[causeHeader] === undefined) return from;
  delete headers[causeHeader];
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    const name = rawHeaders[at];
    if (name?.length === causeHeader.length && name.toLowerCase() === causeHeader) rawHeaders.splice(at, 2);
  }
  return from;
}
