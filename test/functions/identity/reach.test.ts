import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { goodFor, reachOf, subscribe, takeTextWish, wishText } from "../../../functions/identity/reach.ts";
import { sweepIdentity } from "../../../functions/identity/sweep.ts";
import { type Services, startServices } from "./services.ts";

const day = 24 * 60 * 60_000;
let services: Services;
let people = 0;
let customer: string;
beforeAll(async () => {
  services = await startServices();
  services.parts.clock.hold();
  vi.useFakeTimers({ toFake: ["Date"], now: services.parts.clock.now() });
});
beforeEach(() => {
  customer = `customer-of-ours-${people++}`;
});
afterAll(async () => {
  vi.useRealTimers();
  await services.close();
});

const pass = async (ms: number) => {
  const { clock } = services.parts;
  await clock.advance(ms, () => Promise.resolve());
  vi.setSystemTime(clock.now());
};
const text = (orderId = crypto.randomUUID()) => ({ orderId, phone: "+14255550177", language: "en" });
const browser = (id: string) => ({
  id,
  endpoint: `https://push.example/${id}`,
  keys: { p256dh: "key", auth: "secret" },
  key: "ours",
  language: "en",
  session: "session:of-ours",
  until: Date.now() + goodFor,
});
const kept = async () => JSON.stringify((await reachOf(customer)) ?? {});
const sweep = () => sweepIdentity({ warn: () => undefined });

test("a number for a text is kept a day, where nothing else is", async () => {
  await wishText(customer, text());
  await pass(day - 1_000);
  expect(await kept()).toContain("+14255550177");
  await pass(2_000);
  expect(await reachOf(customer)).toBeUndefined();
});

test("and a day beside a browser that is told for longer, which stays as long as it would have", async () => {
  const wish = text();
  await subscribe(customer, browser("a-browser-of-ours"));
  await pass(day);
  await wishText(customer, wish);
  await sweep();
  expect(await kept()).toContain("+14255550177");
  await pass(day + 60_000);
  expect(await takeTextWish(customer, wish.orderId)).toBeUndefined();
  await sweep();
  expect(await kept()).toContain("a-browser-of-ours");
  expect(await kept()).not.toContain("+14255550177");
  await pass(goodFor - 2 * day - 120_000);
  expect(await kept()).toContain("a-browser-of-ours");
  await pass(120_000);
  expect(await reachOf(customer)).toBeUndefined();
});

test("one that an earlier version wrote does not say when it is due: the sweep makes it do so, and forgets what is over", async () => {
  const { orderId, phone, language } = text();
  const old = { kind: "reach", customerId: customer, subscribed: [browser("an-older-browser")] };
  const texts = [{ orderId, phone, language, until: Date.now() - 1_000 }];
  await services.container("identity").items.create({ id: `reach:${customer}`, ...old, texts, ttl: goodFor / 1000 });
  await sweep();
  expect(await kept()).toContain("an-older-browser");
  expect(await kept()).not.toContain("+14255550177");
});
