import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PageGlobals, withRunes } from "./runes.ts";

// Nothing is drawn, so nothing is taken down.
vi.mock("svelte", () => ({ onDestroy: () => undefined }));

interface Tell {
  wanted: boolean | undefined;
  turnOn(): Promise<void>;
  turnOff(): Promise<void>;
}
const { Tell, forgetTold } = await withRunes<{ Tell: new (app: object) => Tell; forgetTold(): Promise<void> }>(
  "../customer/tell.svelte.ts",
);

let kept: Map<string, string>;
let asked: string[];
let session: { token: string | undefined; me: { customerId: string } | undefined };
/** What the browser has subscribed with, and what it lets wait. */
let subscription: object | null;
let subscribing: Promise<void>;
let permission: Promise<string>;
let key: Promise<{ key: string }>;
/** When the server says that it knows of a subscription. */
let known: Promise<void>;
let begin: () => Tell;
let tell: Tell;
beforeEach(() => {
  kept = new Map();
  asked = [];
  subscription = null;
  [subscribing, permission, key] = [Promise.resolve(), Promise.resolve("granted"), Promise.resolve({ key: "" })];
  known = Promise.resolve();
  session = { token: "ann", me: { customerId: "ann" } };
  const localStorage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
  const made = {
    endpoint: "https://push.example/a",
    options: { applicationServerKey: new ArrayBuffer(0) },
    toJSON: () => ({ endpoint: "https://push.example/a", keys: { p256dh: "p", auth: "a" } }),
    unsubscribe: async () => {
      subscription = null;
    },
  };
  const pushManager = {
    getSubscription: async () => subscription,
    subscribe: async () => {
      await subscribing;
      subscription = made;
      return made;
    },
  };
  const registration = { pushManager, getNotifications: async () => [] };
  const serviceWorker = { register: async () => registration, ready: Promise.resolve(registration) };
  for (const [name, value] of Object.entries({
    ...new PageGlobals().all,
    ...{ localStorage, isSecureContext: true, PushManager: class {}, navigator: { serviceWorker, languages: ["en"] } },
    Notification: { permission: "granted", requestPermission: () => permission },
  }))
    vi.stubGlobal(name, value);
  const api = {
    anywhere: async (method: string, path: string) => {
      asked.push(`${session.token}: ${method} ${path.replace(/[^/]*$/, "")}`);
      return path === "/push-key" ? key : method === "PUT" ? known : undefined;
    },
  };
  begin = () => new Tell({ api, session, clock: { now: 1_000 } });
  tell = begin();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("whoever says yes is told in this browser", async () => {
  await tell.turnOn();
  expect(asked).toEqual(["ann: GET /", "ann: PUT /me/push/"]);
  expect([tell.wanted, subscription]).toEqual([true, expect.anything()]);
});

test.each(["permission", "key", "subscription"])(
  "a yes that waits for the %s as its person leaves has the next one told of nothing",
  async (what) => {
    const held = Promise.withResolvers<void>();
    if (what === "permission") permission = held.promise.then(() => "granted");
    if (what === "key") key = held.promise.then(() => ({ key: "" }));
    if (what === "subscription") subscribing = held.promise;
    const turning = tell.turnOn();
    await expect.poll(() => what === "permission" || asked.length === 1).toBe(true);
    session.token = undefined;
    await forgetTold();
    session = Object.assign(session, { token: "bob", me: { customerId: "bob" } });
    held.resolve();
    await turning;
    expect(asked.filter((each) => each.includes("PUT"))).toEqual([]);
    expect([tell.wanted, subscription, kept.size]).toEqual([undefined, null, 0]);
  },
);

test("whoever leaves before the server has answered to their yes leaves nothing of it behind", async () => {
  const held = Promise.withResolvers<void>();
  known = held.promise;
  const turning = tell.turnOn();
  await expect.poll(() => asked.length).toBe(2);
  session.token = undefined;
  await forgetTold();
  held.resolve();
  await turning;
  expect([tell.wanted, subscription, kept.size]).toEqual([undefined, null, 0]);
});

test.each(["key", "subscription", "answer"])(
  "a no counts that is said while the browser waits for the %s to a yes of before",
  async (what) => {
    await tell.turnOn();
    // As after a day, or in another language: all is told anew.
    kept.set("crema.tell", JSON.stringify({ ...JSON.parse(kept.get("crema.tell") ?? ""), sent: "" }));
    const held = Promise.withResolvers<void>();
    if (what === "key") key = held.promise.then(() => ({ key: "" }));
    if (what === "subscription") [subscription, subscribing] = [null, held.promise];
    if (what === "answer") known = held.promise;
    asked = [];
    const later = begin();
    await expect.poll(() => asked.length).toBe(what === "answer" ? 2 : 1);
    await later.turnOff();
    held.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    expect([later.wanted, subscription]).toEqual([false, null]);
    expect(begin().wanted).toBe(false);
    expect(asked.at(-1)).toBe("ann: DELETE /me/push/");
  },
);
