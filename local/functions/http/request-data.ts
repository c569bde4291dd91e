import type { IncomingMessage } from "node:http";
import type { HttpRequestData } from "../protocol.ts";

/** The request as the real host hands it to a worker: header names in lower case, repeated query keys joined with commas. */
export function toRequestData(
  request: IncomingMessage,
  url: URL,
  params: Record<string, string>,
  body: Buffer,
): HttpRequestData {
  const headers: HttpRequestData["nullableHeaders"] = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = { value: Array.isArray(value) ? value.join(", ") : value };
  }
  const query: HttpRequestData["nullableQuery"] = {};
  for (const [name, value] of url.searchParams) {
    const before = Object.hasOwn(query, name) ? query[name] : undefined;
    query[name] = { value: before === undefined ? value : `${before.value},${value}` };
  }
  const nullableParams: HttpRequestData["nullableParams"] = {};
  for (const [name, value] of Object.entries(params)) nullableParams[name] = { value };
  return {
    method: request.method ?? "GET",
    url: url.href,
    nullableHeaders: headers,
    nullableQuery: query,
    nullableParams,
    // A copy: a small buffer is a view of a large pool, and posting a view posts all it is a view of.
    ...(body.length === 0 ? {} : { body: { bytes: new Uint8Array(body) } }),
  };
}
