import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import { type EventGrid, type EventGridOptions, startEventGrid } from "../../../local/eventgrid/index.ts";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { secureIds } from "../../../local/kernel/ids.ts";
import { silentLog } from "../../../local/kernel/log.ts";
import type { Parts } from "../../../local/kernel/parts.ts";
import { Work } from "../../../local/kernel/work.ts";
import { Recorder } from "../../../local/recorder/recorder.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import type { Store } from "../../../local/store/store.ts";

export interface Received {
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
  at: number;
}

export const noon = Date.parse("2030-06-01T12:00:00Z");

/** Parts with a clock that is held at noon; random spread is nil, so that retry times are exact. */
export function heldParts(store: Store = openMemoryStore()): Parts & { clock: ServiceClock } {
  const clock = new ServiceClock({ heldAt: noon });
  return {
    clock,
    store,
    work: new Work(),
    recorder: new Recorder(clock),
    ids: { ...secureIds, random: () => 0 },
    log: silentLog,
  };
}

/** A webhook that notes what comes and answers with the statuses given, the last one for ever; 0 leaves the caller waiting. */
export async function startReceiver(clock: ServiceClock, ...statuses: number[]) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    received.push({ headers: request.headers, body: JSON.parse(text), at: clock.now() });
    const status = statuses[Math.min(received.length, statuses.length) - 1] ?? 200;
    if (status !== 0) response.writeHead(status).end();
    waiting.shift()?.();
  });
  const waiting: (() => void)[] = [];
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    ids: () => received.map(({ body }) => body.id),
    /** Resolves when the next request has arrived. */
    next: () => new Promise<void>((resolve) => waiting.push(resolve)),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export async function startTopic(options: EventGridOptions = {}, parts = heldParts()) {
  const grid = await startEventGrid(parts, { inputSchema: "CloudEventSchemaV1_0", ...options });
  return { parts, grid, client: clientOf(grid), advance: advancer(parts) };
}

/** Moves the clock, letting each instant's consequences settle. */
export const advancer = (parts: Parts & { clock: ServiceClock }) => (milliseconds: number) =>
  parts.clock.advance(milliseconds, () => parts.work.idle());

/** The SDK's client, without its own retries unless asked for. */
export const clientOf = (grid: EventGrid, maxRetries = 0) =>
  new EventGridPublisherClient(grid.endpoint, "CloudEvent", new AzureKeyCredential(grid.key), {
    allowInsecureConnection: true,
    retryOptions: { maxRetries, retryDelayInMs: 1 },
  });

export const anEvent = (more: Record<string, unknown> = {}) => ({
  id: "1",
  type: "crema.order.ready.v1",
  source: "/crema/orders",
  subject: "stores/s1/orders/o1",
  time: new Date(noon),
  data: { number: 7 },
  ...more,
});

export const second = 1000;
export const minute = 60_000;
