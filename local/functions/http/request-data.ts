import type { HttpRequestData } from "../protocol.ts";

/** A request with its parsed address and headers. */
export interface ReadRequest {
  method: string;
  /** The scheme and host of the request. */
  origin: string;
  /** The path as the handler sees it, and the query as sent. */
  path: string;
  search: string;
  query: ReadonlyMap<string, string[]>;
  headers: ReadonlyMap<string, string>;
}

/** The request as the real host passes it to a worker: header names in lower case, repeated query keys joined with commas. */
export function toRequestData(request: ReadRequest, params: Record<string, string>, body: Buffer): HttpRequestData {
  const nullable = (entries: Iterable<[string, string]>) =>
    Object.fromEntries([...entries].map(([name, value]) => [name, { value }]));
  return {
    method: request.method,
    url: request.origin + request.path + request.search,
    nullableHeaders: nullable(request.headers),
    nullableQuery: nullable([...request.query].map(([name, values]) => [name, values.join(",")])),
    nullableParams: nullable(Object.entries(params)),
    // A copy: a small buffer is a view of a large pool, and posting a view posts the whole pool.
    ...(body.length === 0 ? {} : { body: { bytes: new Uint8Array(body) } }),
  };
}
