import type { ServerResponse } from "node:http";

/** Responds with `body` as JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string | number | string[]> = {},
): void {
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  response.writeHead(status, { "content-type": "application/json", "content-length": length, ...headers });
  // If each character is one byte, no conversion is needed.
  response.end(text, length === text.length ? "latin1" : "utf8");
}

/** Responds without a body. */
export function sendEmpty(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number | string[]> = {},
): void {
  response.writeHead(status, status === 204 || status === 304 ? headers : { "content-length": 0, ...headers });
  response.end();
}

/**
 * Headers of responses that only this server's own pages may show and read. The page's `content-security-policy` must contain `frame-ancestors
 * 'none'` as well.
 */
export const neverFramed: Record<string, string> = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
