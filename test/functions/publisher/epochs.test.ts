import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { hub } from "../../../contracts/push.ts";
import { eventDocument } from "../../../functions/platform/outbox-document.ts";
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
  // Somebody lost a role, and somebody else a moment later.
  const [first, second, now] = await Promise.all([0, 1, 2].map((epoch) => address(epoch)));
  const catalog = await services.container("catalog");
  for (const epoch of [1, 2]) {
    const id = `staff-${storeId}-${epoch}`;
    const about = { service: "config", storeId, about: "staff", version: epoch, correlationid: id } as const;
    await catalog.items.create(eventDocument({ type: "crema.staff.changed.v1", id, ...about, data: { epoch } }));
  }
  // Phones that slept, for example. The tokens are over, but clocks may differ by five minutes.
  await own.clock.advance(5 * 60_000, async () => undefined);
  const closed = await Promise.all([first, second].map((url) => connected(url ?? "")));
  const open = await connected(now ?? "");
  expect(push.connections(hub)).toHaveLength(3);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6 * 60_000 });
  await sweepEpochs();
  expect(push.connections(hub)).toHaveLength(1);
  expect(await Promise.all(closed.map(({ code }) => code))).toEqual([1000, 1000]);
  expect(open.socket.readyState).toBe(WebSocket.OPEN);
  open.socket.close();
});

const address = async (epoch: number) => (await liveConnection(page.storeId, undefined, ["barista"], epoch)).url;

async function connected(url: string): Promise<{ socket: WebSocket; code: Promise<number> }> {
  const socket = new WebSocket(url, "json.reliable.webpubsub.azure.v1");
  const code = new Promise<number>((resolve) => socket.once("close", resolve));
  await new Promise((resolve) => socket.once("message", resolve));
  return { socket, code };
}
