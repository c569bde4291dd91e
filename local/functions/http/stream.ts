import { type IncomingMessage, request as openRequest, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { sendEmpty, sendJson } from "../../kernel/http-server.ts";
import type { Parts } from "../../kernel/parts.ts";
import type { LoadedApp } from "../app.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { InvocationResult } from "../invoker.ts";
import type { TypedData } from "../protocol.ts";

export interface StreamedRequest {
  app: LoadedApp;
  definition: FunctionDefinition;
  params: Record<string, string>;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  platformCors: boolean;
  /** Called once the invocation is under way and counted as work. */
  handedOn(): void;
}

const invocationHeader = "x-ms-invocation-id";

/**
 * Serves a request for an application that has HTTP streams enabled: the request itself goes to the proxy that the library runs in the application's
 * thread, the invocation beside it, and the proxy's answer to the caller as it comes.
 */
export async function forwardToStream(streamed: StreamedRequest, parts: Parts): Promise<void> {
  const { app, definition, params, request, response, url } = streamed;
  const invocationId = parts.ids.uuid();
  const proxied = openRequest(new URL(request.url ?? "/", app.streamOrigin), {
    method: request.method ?? "GET",
    headers: {
      ...request.headers,
      [invocationHeader]: invocationId,
      "x-forwarded-host": url.host,
      "x-forwarded-proto": url.protocol.replace(":", ""),
    },
  });
  const answer = new Promise<IncomingMessage | undefined>((resolve) => {
    proxied.once("response", resolve);
    proxied.once("error", () => resolve(undefined));
  });
  const sent = pipeline(request, proxied).catch(() => undefined);
  response.once("close", () => proxied.destroy());
  const text = (value: object): TypedData => ({ json: JSON.stringify(value) });
  const metadata: Record<string, TypedData> = {
    Headers: text(request.headers),
    Query: text(Object.fromEntries(url.searchParams)),
  };
  for (const [name, value] of Object.entries(params)) metadata[name] = { string: value };
  const run = app.invoker.invoke(definition, { data: { http: emptyData(url, request) }, metadata, invocationId });
  streamed.handedOn();
  // Without an answer from the library the outcome of the invocation says what went wrong.
  const failed = run.then((result) => (result.ok ? answer : undefined));
  const first = await Promise.race([answer, failed]);
  if (first === undefined) {
    proxied.destroy();
    return refuse(response, await run);
  }
  passHeaders(first, response, streamed.platformCors);
  await pipeline(first, response).catch(() => undefined);
  await run;
  await sent;
}

function emptyData(url: URL, request: IncomingMessage): NonNullable<TypedData["http"]> {
  return { method: request.method ?? "GET", url: url.href, nullableHeaders: {}, nullableQuery: {}, nullableParams: {} };
}

function passHeaders(answer: IncomingMessage, response: ServerResponse, platformCors: boolean): void {
  for (const [name, value] of Object.entries(answer.headers)) {
    const skipped =
      name === invocationHeader || name === "connection" || name === "keep-alive" || name === "transfer-encoding";
    if (skipped || value === undefined || (platformCors && name.startsWith("access-control-"))) continue;
    response.setHeader(name, name === "vary" ? [response.getHeader("vary") ?? [], value].flat().join(", ") : value);
  }
  response.writeHead(answer.statusCode ?? 200);
}

function refuse(response: ServerResponse, result: InvocationResult): void {
  if (!result.ok && result.cause === "worker")
    sendJson(response, 503, { code: "WorkerGone", message: result.error.message });
  else sendEmpty(response, result.ok ? 204 : 500);
}
