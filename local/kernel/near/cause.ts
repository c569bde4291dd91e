import type { ClientRequest, IncomingMessage } from "node:http";

/** Says which span a request comes from, where it goes by a connection. Only between the parts of the local Azure: nothing else is sent it, and no handler sees it. */
export const causeHeader = "x-local-azure-cause";

const cause = Symbol("cause");

/** A request on either side, with the id of the span that it comes from; 0 when that is not known. */
interface Caused {
  [cause]?: number;
}

/** Marks a request as one that goes without a connection: what it comes from is said beside it. */
export function goesWithoutHeader(request: ClientRequest): void {
  (request as Caused)[cause] = 0;
}

/** Says which span a request comes from, before it is sent. A header costs both sides more than all else that recording does with a request. */
export function sayCause(request: ClientRequest, span: number): void {
  const own = request as Caused;
  if (own[cause] !== undefined) own[cause] = span;
  else if (!request.headersSent) request.setHeader(causeHeader, String(span));
}

/** A request goes by a connection after all. One that has begun to be written says nothing any more. */
export function goesWithHeader(request: ClientRequest): void {
  const span = saidOf(request);
  delete (request as Caused)[cause];
  if (span > 0) sayCause(request, span);
}

/** What was said of a request that goes without a connection. */
export const saidOf = (request: ClientRequest): number => (request as Caused)[cause] ?? 0;

/** Hands on what was said of a request to its other side. */
export function handOn(request: IncomingMessage, span: number): void {
  (request as Caused)[cause] = span;
}

/** What a request comes from, as the id of a span; 0 when it does not say. */
export function causeOf(request: IncomingMessage): number {
  const said = (request as Caused)[cause];
  if (said !== undefined) return said;
  const given = request.headers[causeHeader];
  const id = given === undefined ? 0 : Number(given);
  return Number.isSafeInteger(id) && id > 0 ? id : 0;
}

/** The same; the header is gone then, for who hands headers on. */
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
