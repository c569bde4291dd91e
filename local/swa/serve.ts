/**
 * Runs the proxy of the Static Web Apps CLI in this process, a child of the local Azure that its `SWA_*` environment configures.
 * It says when it listens and ends when its parent has gone, however the parent went: then the channel between them closes.
 */
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

process.on("disconnect", () => process.exit());

subscribe("tracing:net.server.listen:asyncEnd", () => process.send?.({ listening: true }));
subscribe("tracing:net.server.listen:error", (message) => {
  const { error } = message as { error: NodeJS.ErrnoException };
  process.send?.({ failed: error.code ?? error.message });
});

// The CLI decodes addresses without a net: one with a stray % would end it. Such a % is taken for the character itself.
subscribe("http.server.request.start", (message) => {
  const { request } = message as { request: IncomingMessage };
  if (!decodes(request.url ?? "")) request.url = request.url?.replaceAll("%", "%25");
});

function decodes(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

// Anything else that one request breaks must not take the site from all others; it is reported and that request fails.
process.on("uncaughtException", (error) => console.error(error));

await import("@azure/static-web-apps-cli/dist/msha/server.js");
