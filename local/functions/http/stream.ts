import { type IncomingMessage, request as openRequest, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { bodyStream, sendJson } from "../../kernel/http-server.ts";
import type { Parts } from "../../kernel/parts.ts";
import type { OpenSpan } from "../../recorder/recorder.ts";
import type { LoadedApp } from "../app.ts";
import type { AppRunner } from "../app-runner.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { InvocationResult } from "../invocation-result.ts";
import type { TypedData } from "../protocol.ts";
import type { Call } from "./call.ts";

export interface StreamedRequest {
  app: LoadedApp;
  definition: FunctionDefinition;
  params: Record<string, string>;
  request: IncomingMessage;
  response: ServerResponse;
  call: Call;
  span: OpenSpan | undefined;
  platformCors: boolean;
  /** Called once the invocation is in progress and counted as work. */
  handedOn(): void;
}

const invocationHeader = "x-ms-invocation-id";

/**
 * Handles a request for an application that has HTTP streams enabled. The request goes to the proxy that the library runs in the application's
 * thread, and the invocation is sent beside it. The proxy's response is streamed to the caller.
 */
export async function forwardToStream(streamed: StreamedRequest, parts: Parts): Promise<void> {
  const { app, definition, params, request, response, call } = streamed;
  const invocationId = parts.ids.uuid();
  let instance: AppRunner;
  let proxy: URL;
  try {
    instance = app.pick();
    proxy = new URL((await instance.streamOrigin()) ?? "");
  } catch (error) {
    return sendJson(response, 500, { code: "WorkerGone", message: (error as Error).message });
  }
  const proxied = openRequest(`http://127.0.0.1:${proxy.port}${request.url}`, {
    method: request.method ?? "GET",
    headers: {
      ...latinHeaders(call.headers),
      [invocationHeader]: invocationId,
      "x-forwarded-host": new URL(call.origin).host,
      "x-forwarded-proto": "http",
    },
  });
  const answer = new Promise<IncomingMessage | undefined>((resolve) => {
    proxied.once("response", resolve);
    proxied.once("error", () => resolve(undefined));
  });
  const sent = pipeline(bodyStream(request), proxied).catch(() => undefined);
  response.once("close", () => proxied.destroy());
  const text = (value: object): TypedData => ({ json: JSON.stringify(value) });
  const metadata: Record<string, TypedData> = {
    Headers: text(Object.fromEntries(call.headers)),
    Query: text(Object.fromEntries([...call.query].map(([name, values]) => [name, values.at(-1)]))),
  };
  // As on Azure, query parameters are added to the parameters of the route, which take precedence.
  for (const [name, values] of call.query) {
    if (name.toLowerCase() !== "code") metadata[name] = { string: values.at(-1) ?? "" };
  }
  for (const [name, value] of Object.entries(params)) {
    for (const other of Object.keys(metadata)) {
      if (other.toLowerCase() === name.toLowerCase()) delete metadata[other];
    }
    metadata[name] = { string: value };
  }
  const run = app.invoker.invoke(definition, {
    data: { http: emptyData(call) },
    metadata,
    invocationId,
    instance,
    traceParent: call.headers.get("traceparent"),
    traceState: call.headers.get("tracestate"),
    span: streamed.span,
  });
  streamed.handedOn();
  // The library responds while the invocation runs. Its output may arrive after the invocation's end, since it takes another way. If the thread has
  // gone round without a response, none will come.
  const over = run
    .then(() => instance.goRound())
    .catch(() => undefined)
    .then(() => new Promise<undefined>((resolve) => setImmediate(() => setImmediate(() => resolve(undefined)))));
  const first = await Promise.race([answer, over]);
  if (first === undefined) {
    proxied.destroy();
    return refuse(streamed, await run, parts);
  }
  passHeaders(first, response, streamed.platformCors);
  const passed = pipeline(first, response).catch(() => undefined);
  const result = await run;
  if (!result.ok && !response.destroyed) cutOff(streamed, first, parts);
  await passed;
  await sent;
}

function emptyData({ method, origin, escapedPath, search }: Call): NonNullable<TypedData["http"]> {
  const url = origin + escapedPath + search;
  return { method, url, nullableHeaders: {}, nullableQuery: {}, nullableParams: {} };
}

/** Node writes each character of a header as one byte. */
function latinHeaders(headers: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, Buffer.from(value).toString("latin1")]));
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

/** On Azure a response that has begun and then fails never ends; here the connection does. */
function cutOff({ definition, response }: StreamedRequest, answer: IncomingMessage, parts: Parts): void {
  parts.log.error(
    `${definition.name} failed after its answer had begun. On Azure the caller waits for the rest until its own time-out; here the connection is closed. Make sure that the body's stream always ends.`,
  );
  answer.destroy();
  response.destroy();
}

/**
 * Fails at once where the caller would wait in vain. On Azure, with HTTP streams enabled, nothing responds to a request whose handler threw or
 * returned nothing to send: the library responds through its own channel, and does not use it then.
 */
function refuse({ definition, response }: StreamedRequest, result: InvocationResult, parts: Parts): void {
  if (!result.ok && result.cause === "worker") {
    sendJson(response, 500, { code: "WorkerGone", message: result.error.message });
    return;
  }
  const what = result.ok ? "returned nothing" : "failed";
  const advice = result.ok
    ? "Return an object, such as { status: 204 }."
    : "Catch errors and return an answer for them.";
  const message = `${definition.name} ${what}. With HTTP streams enabled the caller gets no answer on Azure then, and waits until its own time-out. ${advice}`;
  parts.log.error(message);
  sendJson(response, 500, { code: "NoAnswerOnAzure", message });
}
