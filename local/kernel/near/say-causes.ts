import { subscribe } from "node:diagnostics_channel";
import { Agent, type ClientRequest } from "node:http";
import { causeHeader, sayCause } from "./cause.ts";

/** A request as undici, which implements `fetch`, reports it. */
interface UndiciRequest {
  origin?: string | URL;
  addHeader(name: string, value: string): void;
}

type AddRequest = (request: ClientRequest, ...more: unknown[]) => void;

/**
 * Makes this thread's requests to our services name the span that they come from. Other requests are not changed: an application sends the same to the
 * world as it would from Azure. Call it after `goWithoutSockets`, which takes requests away from their agents.
 * @param isOurs whether a host, with its port, is one of our services
 * @param running the id of the span that makes requests now, if one does
 */
export function sayCauses(isOurs: (host: string) => boolean, running: () => number | undefined): void {
  const say = (request: ClientRequest) => {
    const span = running();
    if (span !== undefined && isOurs(String(request.getHeader("host")))) sayCause(request, span);
  };
  if (reportsRequests(process.versions.node))
    subscribe("http.client.request.created", (message) => say((message as { request: ClientRequest }).request));
  else askAgents(say);
  subscribe("undici:request:create", (message) => {
    const span = running();
    if (span === undefined) return;
    const { request } = message as { request: UndiciRequest };
    if (request.origin !== undefined && isOurs(new URL(request.origin).host))
      request.addHeader(causeHeader, String(span));
  });
}

/** Whether this version of Node reports a request before its headers are written. */
export function reportsRequests(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 23 || (major === 23 && minor >= 2) || (major === 22 && minor >= 12);
}

/**
 * Calls `made` with each request that asks an agent for a connection, as nearly all do. A request does so last in its making: its headers can still be
 * changed.
 */
export function askAgents(made: (request: ClientRequest) => void): void {
  const prototype = Agent.prototype as unknown as { addRequest: AddRequest };
  const { addRequest } = prototype;
  prototype.addRequest = function (this: Agent, request, ...more) {
    Reflect.apply(addRequest, this, [request, ...more]);
    made(request);
  };
}
