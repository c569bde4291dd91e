import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { hub } from "../../../contracts/push.ts";
import { sweepEpochs } from "../../../functions/publisher/epochs.ts";
import { liveConnection } from "../../../functions/publisher/live.ts";
import { startWebPubSub, type WebPubSub } from "../../../local/webpubsub/index.ts";
import { parts, type Services, startServices } from "../identity/services.ts";
import { pageOf } from "../orders/shop.ts";

const own = parts();
const page = pageOf();
let services: Services;
let push: WebPubSub;
beforeAll(async () => {
  push = await startWebPubSub(own, { port: 0, hubs: [hub] });
  services = await startServices({ WEBPUBSUB: push.connectionString });
  await services.container("catalog").items.create({ id: "page", ...page });
});
afterEach(() => void vi.useRealTimers());
afterAll(async () => {
  await services.close();
  await push.close();
  own.clock.close();
});

test("who connects with an address of an epoch that is over is sent away, as long as the service takes such an address", async () => {
  const { storeId } = page;
  const { url } = await liveConnection(storeId, undefined, ["barista"], 0);
  await services.container("catalog").items.create({ id: "staff", storeId, epoch: 1, people: [] });
  // A phone that slept, for example. The token is over, but clocks may differ by five minutes.
  await own.clock.advance(5 * 60_000, async () => undefined);
  const socket = new WebSocket(url, "json.reliable.webpubsub.azure.v1");
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await new Promise((resolve) => socket.once("message", resolve));
  expect(push.connections(hub)).toHaveLength(1);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6 * 60_000 });
  await sweepEpochs();
  expect(push.connections(hub)).toEqual([]);
  expect(await closed).toBe(1000);
});
