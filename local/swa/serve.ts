/**
 * Runs the proxy of the Static Web Apps CLI in this process, a child of the local Azure that its `SWA_*` environment configures.
 * It says when it listens and ends when its parent has gone, however the parent went: then the channel between them closes.
 */
import { subscribe } from "node:diagnostics_channel";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { guardedServer } from "../kernel/http-server.ts";
import { printable } from "../kernel/printable.ts";
import { isApi, isConfiguration } from "./api-paths.ts";

process.on("disconnect", () => process.exit());

subscribe("tracing:net.server.listen:asyncEnd", () => process.send?.({ listening: true }));
subscribe("tracing:net.server.listen:error", (message) => {
  const { error } = message as { error: NodeJS.ErrnoException };
  process.send?.({ failed: error.code ?? error.message });
});

/** Where a request for what an API would answer is sent instead: a file that is never served, so that the answer is the site's own 404. */
const nothing = "/staticwebapp.config.json";

const names = JSON.parse(process.argv[2] ?? "[]") as string[];
// The CLI's server, behind the same doors as all our servers. It would pass API requests on to its default ports, whoever listens there.
Object.assign(http, {
  createServer: (answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
    guardedServer({
      names,
      // Pages elsewhere may show pictures of the site and lead to it, as on Azure; nothing here can be changed.
      origins: "any",
      handle: (request, response) => {
        const { url = "/" } = request;
        if (isApi(url) || isConfiguration(url)) {
          request.url = nothing;
          if (request.method !== "HEAD") request.method = "GET";
        }
        return answer(request, response);
      },
      failed: (error) => console.error(printable(String(error))),
    }),
});

// Anything else that one request breaks must not take the site from all others; it is reported and that request fails.
process.on("uncaughtException", (error) => console.error(printable(String(error))));

await import("@azure/static-web-apps-cli/dist/msha/server.js");
