import type { ServerResponse } from "node:http";
import type { HttpCookie, HttpResponseData } from "../protocol.ts";

/** Headers that belong to the connection or are set by the server itself. */
const ours = new Set(["connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"]);
const withoutBody = new Set([204, 205, 304]);

/** Sends what a handler returned; no value is 204. `platformCors`: the platform's CORS headers stand, the handler's have no effect. */
export function sendResponseData(
  response: ServerResponse,
  data: HttpResponseData | undefined,
  platformCors: boolean,
): void {
  const status = data === undefined ? 204 : Number(data.statusCode ?? 200);
  for (const [name, value] of Object.entries(data?.headers ?? {})) {
    if (ours.has(name) || (platformCors && name.startsWith("access-control-"))) continue;
    response.setHeader(name, name === "vary" ? joinVary(response.getHeader("vary"), value) : value);
  }
  const cookies = data?.cookies ?? [];
  if (cookies.length > 0) {
    const before = response.getHeader("set-cookie");
    response.setHeader("set-cookie", [
      ...(before === undefined ? [] : [before].flat().map(String)),
      ...cookies.map(toSetCookie),
    ]);
  }
  response.statusCode = status;
  const body = data?.body?.bytes ?? data?.body?.string ?? "";
  if (withoutBody.has(status)) {
    response.end();
    return;
  }
  response.setHeader("content-length", typeof body === "string" ? Buffer.byteLength(body) : body.byteLength);
  response.end(body);
}

function joinVary(before: number | string | string[] | undefined, value: string): string {
  return before === undefined ? value : `${[before].flat().join(", ")}, ${value}`;
}

/** As ASP.NET writes it: the value escaped, the path `/` when none was given. */
function toSetCookie(cookie: HttpCookie): string {
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  if (cookie.expires) parts.push(`expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`);
  if (cookie.maxAge) parts.push(`max-age=${Math.trunc(cookie.maxAge.value)}`);
  if (cookie.domain) parts.push(`domain=${cookie.domain.value}`);
  parts.push(`path=${cookie.path?.value ?? "/"}`);
  if (cookie.secure?.value) parts.push("secure");
  if (cookie.sameSite === "lax" || cookie.sameSite === "strict") parts.push(`samesite=${cookie.sameSite}`);
  if (cookie.sameSite === "explicitNone") parts.push("samesite=none");
  if (cookie.httpOnly?.value) parts.push("httponly");
  return parts.join("; ");
}
