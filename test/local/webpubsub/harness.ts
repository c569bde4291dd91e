import { WebPubSubServiceClient } from "@azure/web-pubsub";
import { WebPubSubClient, type WebPubSubClientOptions } from "@azure/web-pubsub-client";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { secureIds } from "../../../local/kernel/ids.ts";
import { createLog } from "../../../local/kernel/log.ts";
import type { Parts } from "../../../local/kernel/parts.ts";
import { Work } from "../../../local/kernel/work.ts";
import { Recorder } from "../../../local/recorder/recorder.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import { startWebPubSub, type WebPubSub, type WebPubSubOptions } from "../../../local/webpubsub/index.ts";

/** Parts whose clock runs with the machine's, since the SDKs stamp their tokens with machine time. */
export function runningParts(): Parts & { clock: ServiceClock; warned: string[] } {
  const warned: string[] = [];
  const log = createLog(({ message }) => warned.push(message), "warn");
  const clock = new ServiceClock();
  return {
    clock,
    recorder: new Recorder(clock),
    store: openMemoryStore(),
    work: new Work(),
    ids: secureIds,
    log,
    warned,
  };
}

export interface Seen {
  kind: "connected" | "disconnected" | "stopped" | "group" | "server";
  group?: string;
  fromUserId?: string;
  data?: unknown;
  connectionId?: string;
  message?: string | undefined;
}

export type Screen = Awaited<ReturnType<typeof openScreen>>;

type Access = Parameters<WebPubSubServiceClient["getClientAccessToken"]>[0];

/** A real client that notes all that happens to it. */
export async function openScreen(
  service: WebPubSubServiceClient,
  access: Access = {},
  options: WebPubSubClientOptions = {},
) {
  const client = new WebPubSubClient(
    { getClientAccessUrl: async () => (await service.getClientAccessToken(access)).url },
    { messageRetryOptions: { maxRetries: 0 }, ...options },
  );
  const seen: Seen[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  const note = (entry: Seen) => {
    seen.push(entry);
    for (const { count, resolve } of waiting) if (seen.length >= count) resolve();
    waiting = waiting.filter(({ count }) => seen.length < count);
  };
  client.on("connected", ({ connectionId }) => note({ kind: "connected", connectionId }));
  client.on("disconnected", ({ message }) => note({ kind: "disconnected", message: message?.message }));
  client.on("stopped", () => note({ kind: "stopped" }));
  client.on("group-message", ({ message: { group, data, fromUserId } }) =>
    note({ kind: "group", group, data, ...(fromUserId ? { fromUserId } : {}) }),
  );
  client.on("server-message", ({ message: { data } }) => note({ kind: "server", data }));
  /** Resolves once so many things have happened in all. */
  const until = (count: number) =>
    seen.length >= count ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ count, resolve }));
  await client.start();
  await until(1);
  return {
    client,
    seen,
    until,
    id: seen[0]?.connectionId ?? "",
    data: () => seen.filter(({ kind }) => kind !== "connected").map(({ data }) => data),
  };
}

/** A service with its SDK client, and screens that are closed with it. */
export async function startService(options: WebPubSubOptions = {}, parts = runningParts()) {
  const pubsub: WebPubSub = await startWebPubSub(parts, options);
  const service = new WebPubSubServiceClient(pubsub.connectionString, "live", {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
  const screens: Screen[] = [];
  return {
    parts,
    pubsub,
    service,
    open: async (access: Access = {}, clientOptions: WebPubSubClientOptions = {}) => {
      const screen = await openScreen(service, access, clientOptions);
      screens.push(screen);
      return screen;
    },
    advance: (milliseconds: number) => parts.clock.advance(milliseconds, () => parts.work.idle()),
    close: async () => {
      for (const { client } of screens) client.stop();
      await pubsub.close();
      parts.clock.close();
    },
  };
}
