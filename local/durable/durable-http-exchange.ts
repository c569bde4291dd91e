import { type IncomingMessage, request as overHttp, type RequestOptions } from "node:http";
import { request as overHttps } from "node:https";
import type { Socket } from "node:net";
import type { Outgoing } from "./durable-http-request.ts";

/** A response with its whole body. */
export interface Received {
  readonly status: number;
  /** Names and values alternating, as received. */
  readonly rawHeaders: readonly string[];
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/** The host's own; the JavaScript API cannot set a time-out for a call. */
const timeout = 240_000;
const mostRedirects = 50;
const redirects: ReadonlySet<number> = new Set([300, 301, 302, 303, 307, 308]);
/** The version whose responses were recorded. */
const userAgent = "Microsoft.Azure.WebJobs.Extensions.DurableTask/3.14.1";

/**
 * Sends a request as the host's `HttpClient` does: to any port, with a body for any method, with only the given headers and the client's own name,
 * and following redirects. `fetch` would apply the rules of browsers.
 * @throws Error if no complete response arrives
 * Source: `DurableHttpClientFactory.cs` of the extension, `RedirectHandler.cs` of .NET.
 */
export async function exchange(first: Outgoing): Promise<Received> {
  const signal = AbortSignal.timeout(timeout);
  let asked = first;
  for (let redirected = 0; ; redirected++) {
    const received = await once(asked, signal);
    const next = redirected < mostRedirects ? redirect(asked, received) : undefined;
    if (next === undefined) return received;
    asked = next;
  }
}

function once(asked: Outgoing, signal: AbortSignal): Promise<Received> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(signal.aborted ? new Error(tookTooLong) : error);
    const send = asked.url.protocol === "https:" ? overHttps : overHttp;
    const request = send(optionsOf(asked, signal), (response) => gather(response).then(resolve, failed));
    // A header of Node's own, which .NET does not send.
    if (!has(asked.headers, "connection")) request.removeHeader("connection");
    request.on("error", failed);
    for (const name of ["upgrade", "connect"]) {
      request.on(name, (_: unknown, socket: Socket) => {
        socket.destroy();
        failed(new Error("The server switches to another protocol, which a durable HTTP call does not support."));
      });
    }
    request.end(asked.body);
  });
}

/** The URL in parts: from a whole URL Node makes a header out of user and password, which .NET does not. */
function optionsOf({ method, url, headers, body }: Outgoing, signal: AbortSignal): RequestOptions {
  const length =
    body === undefined || has(headers, "transfer-encoding") ? {} : { "Content-Length": Buffer.byteLength(body) };
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port,
    path: url.pathname + url.search,
    method: method.toUpperCase(),
    headers: { "User-Agent": userAgent, ...length, ...Object.fromEntries(headers) },
    signal,
    // The other side may close a kept connection just as it is reused.
    agent: false,
    maxHeaderSize: 64 * 1024,
  };
}

const has = (headers: Outgoing["headers"], name: string) =>
  [...headers.keys()].some((key) => key.toLowerCase() === name);

async function gather(response: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    rawHeaders: response.rawHeaders,
    contentType: response.headers["content-type"],
    body: Buffer.concat(chunks),
  };
}

/** The next request after a redirect, or `undefined` if the response is no redirect that is followed, such as one from https to http. */
function redirect({ method, url, headers, body }: Outgoing, { status, rawHeaders }: Received): Outgoing | undefined {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === "location");
  const location = at === -1 ? undefined : rawHeaders[at + 1];
  if (!redirects.has(status) || location === undefined || !URL.canParse(location, url.href)) return undefined;
  const to = new URL(location, url);
  if (to.protocol !== "https:" && (to.protocol !== "http:" || url.protocol === "https:")) return undefined;
  const kept = new Map([...headers].filter(([name]) => name.toLowerCase() !== "authorization"));
  if (!becomesGet(status, method.toUpperCase())) return { method, url: to, headers: kept, body };
  kept.delete("Content-Type");
  return { method: "GET", url: to, headers: kept, body: undefined };
}

const becomesGet = (status: number, method: string) =>
  status === 303 ? method !== "GET" && method !== "HEAD" : status <= 302 && method === "POST";

const tookTooLong = `The request was canceled due to the configured HttpClient.Timeout of ${timeout / 1000} seconds elapsing.`;
