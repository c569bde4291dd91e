import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { causeHeader, sayCause } from "../../kernel/near/cause.ts";

/** A request as undici, which implements `fetch`, reports it. */
interface UndiciRequest {
  origin?: string | URL;
  addHeader(name: string, value: string): void;
}

/**
 * Makes requests to the services name the invocation that they come from. Other requests are not changed: an application sends the same to the world
 * as it would from Azure. Node 20 does not report its requests in time, so there only those of `fetch` name it.
 */
export function sayCauses(services: readonly string[], running: () => number | undefined): void {
  const ours = new Set(services);
  subscribe("http.client.request.created", (message) => {
    const span = running();
    if (span === undefined) return;
    const { request } = message as { request: ClientRequest };
    if (ours.has(String(request.getHeader("host")))) sayCause(request, span);
  });
  subscribe("undici:request:create", (message) => {
    const span = running();
    if (span === undefined) return;
    const { request } = message as { request: UndiciRequest };
    if (request.origin !== undefined && ours.has(new URL(request.origin).host))
      request.addHeader(causeHeader, String(span));
  });
}
