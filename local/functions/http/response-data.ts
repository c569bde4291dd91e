import type { ServerResponse } from "node:http";
import { sendEmpty, sendJson } from "../../kernel/http-server.ts";
import type { HttpCookie, HttpResponseData } from "../protocol.ts";

/** Headers that only concern the connection. */
const ofConnection = new Set(["connection", "keep-alive", "upgrade"]);
const withoutBody = new Set([204, 205, 304]);
const nameToken = /^[!#$%&'*+.^`|~\w-]+$/;

export interface SendOptions {
  /** Whether the platform's CORS headers apply; the handler's then have no effect. */
  platformCors: boolean;
  /** The method of the request: a response to HEAD has no body, but may declare its length. */
  method: string;
  /** The `accept` header of the request. */
  accept: string | undefined;
  /** Called with the reason if a handler's response cannot be sent. */
  refused(why: string): void;
}

/** Sends the response of a handler; no value is 204. What Kestrel refuses to send is a 500 that says why. */
export function sendResponseData(
  response: ServerResponse,
  data: HttpResponseData | undefined,
  options: SendOptions,
): void {
  if (data === undefined) {
    sendEmpty(response, 204);
    return;
  }
  const why = whyNot(data, options.method);
  if (why !== undefined) {
    options.refused(why);
    sendJson(response, 500, { code: "UnsendableAnswer", message: why });
    return;
  }
  const negotiated = data.enableContentNegotiation ? negotiate(data, options.accept) : undefined;
  setHeaders(response, data, options.platformCors);
  const status = negotiated?.status ?? Number(data.statusCode ?? 200);
  response.statusCode = status;
  if (negotiated?.contentType !== undefined) response.setHeader("content-type", negotiated.contentType);
  const body = negotiated === undefined ? bodyOf(data) : negotiated.body;
  if (withoutBody.has(status)) {
    response.removeHeader("content-length");
    response.end();
  } else if (options.method === "HEAD" && response.hasHeader("content-length")) {
    response.end();
  } else {
    response.setHeader("content-length", body.byteLength);
    response.end(body);
  }
}

function bodyOf({ body }: HttpResponseData): Buffer {
  if (body?.bytes !== undefined) return Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength);
  return Buffer.from(body?.string ?? "");
}

/** What Kestrel does not send of a response: it responds with 500, or closes the connection, without saying why. */
function whyNot(
  { headers = {}, cookies = [], body, statusCode }: HttpResponseData,
  method: string,
): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    if (name === "transfer-encoding") {
      return `The handler set the header transfer-encoding (${value}). The server chooses the transfer encoding; on Azure the caller gets an answer that cannot be read.`;
    }
    const odd = /[^\t\x20-\x7e]/.exec(value)?.[0];
    if (odd !== undefined) {
      return `The header ${name} has the character ${JSON.stringify(odd)}: headers of answers are printable ASCII, here as on Azure. Escape it (an address with encodeURI).`;
    }
  }
  const bad = cookies.find(({ name }) => !nameToken.test(name));
  if (bad !== undefined) return `A cookie cannot be named ${JSON.stringify(bad.name)}.`;
  const length = headers["content-length"];
  if (length === undefined) return undefined;
  if (!/^\d+$/.test(length)) return `The header content-length is "${length}"; it must be a number of bytes.`;
  const real = body?.bytes?.byteLength ?? Buffer.byteLength(body?.string ?? "");
  if (method === "HEAD" || withoutBody.has(Number(statusCode)) || Number(length) === real) return undefined;
  return `The handler set the header content-length to ${length}, and the body has ${real} bytes. Leave it out; the server sets it.`;
}

function setHeaders(response: ServerResponse, data: HttpResponseData, platformCors: boolean): void {
  for (const [name, value] of Object.entries(data.headers ?? {})) {
    if (ofConnection.has(name) || (platformCors && name.startsWith("access-control-"))) continue;
    response.setHeader(name, name === "vary" ? joinVary(response.getHeader("vary"), value) : value);
  }
  if (data.headers?.connection?.toLowerCase() === "close") response.setHeader("connection", "close");
  const cookies = data.cookies ?? [];
  if (cookies.length === 0) return;
  const before = response.getHeader("set-cookie");
  response.setHeader("set-cookie", [
    ...(before === undefined ? [] : [before].flat().map(String)),
    ...cookies.map(toSetCookie),
  ]);
}

function joinVary(before: number | string | string[] | undefined, value: string): string {
  return before === undefined ? value : `${[before].flat().join(", ")}, ${value}`;
}

/**
 * With `enableContentNegotiation` a formatter of the real host writes the body, which it gets as bytes: JSON turns them into base64 text, and other
 * formatters accept no bytes, which is 406.
 */
function negotiate(
  data: HttpResponseData,
  accept: string | undefined,
): { status?: number; contentType?: string; body: Buffer } {
  const body = bodyOf(data);
  if (body.byteLength === 0) return { ...(Number(data.statusCode) === 200 ? { status: 204 } : {}), body };
  const [, subtype] =
    /^\s*(?:application|text)\/([^;\s]+)/i.exec(data.headers?.["content-type"] ?? "application/json") ?? [];
  const isJson = /^(?:json|.*\+json)$/i.test(subtype ?? "");
  if (!isJson) return { status: 406, body: Buffer.alloc(0) };
  const given = data.headers?.["content-type"];
  const asked = given === undefined && /^\s*(text\/json)\b/i.test(accept ?? "") ? "text/json" : "application/json";
  const type = given === undefined ? asked : (given.split(";")[0] ?? given).trim();
  return { contentType: `${type}; charset=utf-8`, body: Buffer.from(JSON.stringify(body.toString("base64"))) };
}

/** Like .NET's `EscapeDataString`. */
const escapeData = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** As ASP.NET writes it: with the value escaped, and the path `/` by default. */
function toSetCookie(cookie: HttpCookie): string {
  const parts = [`${cookie.name}=${escapeData(cookie.value)}`];
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
