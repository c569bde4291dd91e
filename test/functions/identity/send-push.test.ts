import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { orderView } from "../../../contracts/order.ts";
import { pushKey } from "../../../functions/identity/push-key.ts";
import { isPushService } from "../../../functions/identity/push-service.ts";
import { filled, reachWords, spoken } from "../../../functions/identity/reach-words.ts";
import { sendPush } from "../../../functions/identity/send-push.ts";
import { kindOf, messageFor } from "../../../functions/identity/tell-customer.ts";
import { readSettings } from "../../../functions/platform/settings.ts";
import { PushReceiver } from "../../system/push-receiver.ts";
import { pageOf } from "../orders/shop.ts";
import { type Services, startServices } from "./services.ts";

let services: Services;
let receiver: PushReceiver;
beforeAll(async () => {
  receiver = await PushReceiver.open();
  setDefaultCACertificates([...getCACertificates(), receiver.certificate.cert]);
  services = await startServices({ PUSH_HOSTS: receiver.host });
});
afterAll(async () => {
  await services.close();
  await receiver.close();
});

const message = { data: { title: "7 is ready" }, ttl: 60, topic: "topic" };
const patience = { answer: 10_000, pauses: [1, 1] };

test("of several instances that make the key at once, all have the first one's; it is of the form that browsers take", async () => {
  const instances = await Promise.all(
    Array.from({ length: 4 }, async () => {
      vi.resetModules();
      return (await import("../../../functions/identity/push-key.ts")).pushKey;
    }),
  );
  const keys = await Promise.all(instances.map((key) => key()));
  expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(1);
  expect(await pushKey()).toMatchObject({ publicKey: keys[0]?.publicKey });
  const { resources } = await services
    .container("identity")
    .items.query("SELECT * FROM c WHERE c.kind = 'push-key'")
    .fetchAll();
  expect(resources).toHaveLength(1);
  expect(resources[0]).not.toHaveProperty("ttl");
  const point = Buffer.from(keys[0]?.publicKey ?? "", "base64url");
  expect([point.length, point[0]]).toEqual([65, 4]);
});

test("a push service that hangs is waited for no longer than we are patient, three times", async () => {
  const browser = receiver.browser();
  browser.answers.push("hang", "hang", "hang");
  // How often it is asked is seen here: on a busy machine patience may end before a request has come all the way.
  const asks = vi.spyOn(globalThis, "fetch");
  const outcome = await sendPush(browser, message, await pushKey(), { ...patience, answer: 300 });
  expect(outcome).toEqual({ failed: "its push service did not answer (TimeoutError)" });
  expect(asks.mock.calls.map(([address]) => address)).toEqual(Array(3).fill(browser.endpoint));
  asks.mockRestore();
});

test.each([
  [201, "taken", 1],
  [404, "gone", 1],
  [410, "gone", 1],
  // Whatever a redirect leads to is no push service that we know.
  [307, { failed: "its push service answered 307" }, 1],
  [403, { failed: "its push service answered 403" }, 1],
  [429, { failed: "its push service answered 429" }, 3],
  [500, { failed: "its push service answered 500" }, 3],
])("answered %i a message is %j after %i tries", async (status, outcome, tries) => {
  const browser = receiver.browser();
  browser.answers.push(...Array.from({ length: 3 }, () => ({ status })));
  expect(await sendPush(browser, message, await pushKey(), patience)).toEqual(outcome);
  expect(browser.asked).toBe(tries);
});

test("who asks for an hour's pause is not waited for", async () => {
  const browser = receiver.browser();
  browser.answers.push({ status: 429, retryAfter: 3600 });
  expect(await sendPush(browser, message, await pushKey(), patience)).toEqual({
    failed: "its push service answered 429",
  });
  expect(browser.asked).toBe(1);
});

test("keys that are none fail, and nothing is sent; nor is anything to a host that the list does not name any more", async () => {
  const browser = receiver.browser();
  const keys = { ...browser.keys, p256dh: browser.keys.p256dh.replace(/^../, "AA") };
  const { endpoint } = browser;
  expect(await sendPush({ endpoint, keys }, message, await pushKey(), patience)).toHaveProperty("failed");
  const elsewhere = { endpoint: "https://127.0.0.1:9/push", keys: browser.keys };
  expect(await sendPush(elsewhere, message, await pushKey(), patience)).toBe("gone");
  expect(browser.asked).toBe(0);
});

const usual = () => readSettings({ ...process.env, PUSH_HOSTS: "" }).pushHosts;

test.each([
  "https://fcm.googleapis.com/fcm/send/abc:def",
  "https://jmt17.google.com/fcm/send/abc",
  "https://updates.push.services.mozilla.com/wpush/v2/abc",
  "https://web.push.apple.com/abc",
  "https://wns2-par02p.notify.windows.com/w/?token=abc",
  "https://FCM.googleapis.com:443/fcm/send/abc",
])("%s is of a push service that browsers have", (endpoint) => {
  expect(isPushService(endpoint, usual())).toBe(true);
});

test.each([
  "http://fcm.googleapis.com/fcm/send/abc",
  "https://fcm.googleapis.com:8443/fcm/send/abc",
  "https://fcm.googleapis.com.example/send",
  "https://notfcm.googleapis.com/send",
  "https://user@fcm.googleapis.com/send",
  "https://127.0.0.1/",
  "https://[::1]/",
  "ftp://fcm.googleapis.com/",
  "fcm.googleapis.com",
])("%s is not", (endpoint) => {
  expect(isPushService(endpoint, usual())).toBe(false);
});

test("a list of hosts with something else in it stops the start, in words", () => {
  const problems = (PUSH_HOSTS: string) => () => readSettings({ ...process.env, PUSH_HOSTS });
  expect(problems("push.apple.com, https://fcm.googleapis.com/fcm")).toThrow(
    'PUSH_HOSTS must be names of hosts with commas between them, such as push.apple.com; "https://fcm.googleapis.com/fcm" is none.',
  );
  expect(problems("*.example.com,push.example.com")).toThrow('"*.example.com" is none');
  expect(problems(" Push.Example.com ")().pushHosts).toEqual(["push.example.com"]);
});

const order = orderView.parse({
  id: "0b1f4f8e-3f5c-4a64-9d6a-0d6a6f2b7c11",
  storeId: "main",
  customerId: "customer-of-a-test",
  version: 6,
  state: "making",
  number: 1204,
  drink: { id: "drink:latte", name: "Latte", icon: "cup" },
  createdAt: "2026-06-15T08:00:00.000Z",
});

test("only what was told as ready, and is not, is taken back", () => {
  const recalled = (from: string) => {
    const data = { order: { ...order, recalled: [{ at: order.createdAt, from, since: order.createdAt }] } };
    return kindOf({ type: "crema.order.recalled.v1", data } as never)?.kind;
  };
  expect(["ready", "collected", "cancelled"].map(recalled)).toEqual(["recalled", undefined, undefined]);
  expect(kindOf({ type: "crema.order.claimed.v1", data: { order } } as never)).toBeUndefined();
});

const corner = pageOf({ name: "The shop at the corner of the market place" });

test("every language says all of it, in a message that fits", () => {
  expect(["de-CH", "zh-CN", "zh-Hant-TW", "AR", "es-419", "fr", "en-GB", ""].map(spoken)).toEqual([
    "de",
    "zh-Hans",
    "zh-Hans",
    "ar",
    "es",
    "en",
    "en",
    "en",
  ]);
  for (const [language, words] of Object.entries(reachWords))
    for (const kind of ["ready", "called", "recalled"] as const) {
      expect(words[kind].title, language).toContain("{number}");
      expect(words[kind].body, language).toContain("{drink}");
      const { data, topic } = messageFor(kind, order, corner, language);
      expect(`${data.title} ${data.body}`).not.toMatch(/[{}]|undefined/);
      expect(data.title).toContain("1204");
      expect(JSON.stringify(data).length).toBeLessThan(1_000);
      expect(topic).toMatch(/^[\w-]{32}$/);
    }
  // In the owner's words for it, where they gave some.
  const texts = { de: { name: "Am Markt" } };
  const [first] = corner.menu;
  const menu = first ? [{ ...first, id: order.drink?.id ?? "", texts: { de: { name: "Milchkaffee" } } }] : [];
  const body = (language: string) =>
    messageFor("ready", order, { store: { ...corner.store, texts }, menu }, language).data.body;
  expect(body("de-AT")).toBe("Milchkaffee · Bei Am Markt abholen, solange er heiß ist.");
  expect(body("es")).toContain(`${first?.name} · Recógelo en ${corner.store.name}`);
  // One SMS is paid for, not two: of the alphabet of text messages (GSM 03.38) it holds 160 letters, of all others 70.
  for (const [language, { text }] of Object.entries(reachWords)) {
    const message = filled(text, { store: "The coffee corner", number: "1204" }, spoken(language));
    const plain = /^[\w .,:äöüÄÖÜßñÑéàèùìò¿¡]*$/.test(message);
    expect(plain, message).toBe(!["zh-Hans", "ar"].includes(language));
    expect(message.length).toBeLessThanOrEqual(plain ? 160 : 70);
  }
  expect(filled("{store} {drink}", { store: "A", drink: "B" }, "ar")).toBe("\u2068A\u2069 \u2068B\u2069");
});
