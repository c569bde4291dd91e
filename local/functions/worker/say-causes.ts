import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { causeHeader, sayCause } from "../../kernel/near/cause.ts";

/** As undici, which is behind `fetch`, tells of a request. */
interface UndiciRequest {
  origin?: string | URL;
  addHeader(name: string, value: string): void;
}

/**
 * Makes requests to the services say which invocation they come from. Other requests are left alone: what an application sends to the world is
 * what it would send from Azure. Node 20 does not tell of its requests in time, so there only those of `fetch` do.
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
