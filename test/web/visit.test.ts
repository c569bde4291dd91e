import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OrderView } from "../../contracts/order.ts";
import { PageGlobals, withRunes } from "./runes.ts";
import { Socket } from "./socket.ts";

// Nothing is drawn, so nothing is taken down.
vi.mock("svelte", () => ({ getContext: () => undefined, onDestroy: () => undefined }));

interface App {
  session: { status: string; begin(reply: { token: string }, api: unknown): Promise<void>; ended(): void };
  snapshot: { orders: ReadonlyMap<string, OrderView> };
  api: object;
}
interface Visit {
  loaded: boolean;
  told: object | undefined;
  orderId: string | undefined;
  pending: string | undefined;
  slow: boolean;
  code: string | undefined;
  fresh: boolean;
  heldUntil: number | undefined;
  scan(after?: string): Promise<void>;
  hold(): Promise<void>;
  type(code: string): void;
  live: { stop(): void; error: unknown };
}
const { createApp } = await withRunes<{ createApp(name: string, config: object): App }>("app.svelte.ts");
const { Visit } = await withRunes<{ Visit: new (app: App) => Visit }>("../customer/visit.svelte.ts");

const now = "2030-01-01T12:00:00.000Z";
const page = { storeId: "main", version: 1, publishedAt: now, store: { timeZone: "Europe/Berlin" }, menu: [] };
const order = (id: string, customerId: string, more: Partial<OrderView> = {}) => ({
  ...{ id, customerId, storeId: "main", version: 1, state: "choosing" as const, createdAt: now },
  ...more,
});
const limits = { open: { most: 1, now: 1 }, day: { most: 3, now: 3 } };
const list = (...orders: object[]) => ({ orders, limits, queue: { active: 0, version: 1, storeId: "main" }, now });

/** What is asked, with whose token, and how each is answered. */
let asked: string[];
let answer: (what: string, whose: string) => Promise<object> | object | undefined;
let app: App;
let visit: Visit;
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse(now) });
  Socket.all = [];
  asked = [];
  answer = () => undefined;
  const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  const fetch = async (url: URL | string, init: RequestInit) => {
    const whose = new Headers(init.headers).get("authorization")?.replace("Bearer ", "") ?? "nobody";
    const what = `${init.method} ${new URL(String(url)).pathname.replace("/api/", "").replace("stores/main", "").replace(/^\//, "")}`;
    asked.push(`${whose}: ${what}`);
    const given = await answer(what, whose);
    if (given instanceof Response) return given;
    if (given) return Response.json(given);
    if (what === "GET me") return Response.json({ customerId: whose, roles: {} });
    if (what === "GET ") return Response.json({ page, now });
    if (what === "GET my-orders") return Response.json({ ...list(), limits: undefined });
    if (what === "GET queue") return Response.json({ queue: { active: 0, version: 1, storeId: "main" }, now });
    return Response.json({ code: "not-found", status: 404 }, { status: 404 });
  };
  for (const [name, value] of Object.entries({
    ...new PageGlobals().all,
    ...{ localStorage: storage, sessionStorage: storage, fetch, WebSocket: Socket },
    ...{ location: new URL("https://coffee.example/"), history: { state: null, replaceState: () => undefined } },
  }))
    vi.stubGlobal(name, value);
  app = createApp("customer", { api: "https://api.test/api", store: "main", home: "main" });
  visit = new Visit(app);
  await app.session.begin({ token: "ann" }, app.api);
  await pass();
});
afterEach(() => {
  visit.live.stop();
  vi.clearAllTimers();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** From now on this is answered only when the test says so. */
function late(which: string, person: string) {
  const held = Promise.withResolvers<object>();
  const before = answer;
  answer = (what, whose) => (what === which && whose === person ? held.promise : before(what, whose));
  return held;
}
async function anotherComes(): Promise<void> {
  app.session.ended();
  await app.session.begin({ token: "bob" }, app.api);
}

test.each(["GET my-orders", "GET "])(
  "what %s brings for whoever has left is not what the next may see",
  async (what) => {
    const bobs = late("GET my-orders", "bob");
    const held = late(what, what === "GET " ? "nobody" : "ann");
    (visit.live as unknown as { refresh(): void }).refresh();
    await pass();
    await anotherComes();
    await pass();
    held.resolve(what === "GET " ? { page, now } : list(order("anns", "ann")));
    await pass();
    expect([visit.told, visit.loaded, visit.orderId, app.snapshot.orders.size]).toEqual([
      undefined,
      false,
      undefined,
      0,
    ]);
    bobs.resolve(list(order("bobs", "bob")));
    await pass();
    expect([visit.loaded, visit.orderId, visit.told]).toEqual([true, "bobs", expect.anything()]);
  },
);

test("nor is what is brought for them once nobody is signed in", async () => {
  const held = late("GET my-orders", "ann");
  (visit.live as unknown as { refresh(): void }).refresh();
  await pass();
  app.session.ended();
  held.resolve(list(order("anns", "ann")));
  await pass();
  expect([visit.told, visit.orderId]).toEqual([undefined, undefined]);
});

test("a failure of what was asked for whoever has left is no failure of the next, who does not wait for it either", async () => {
  const held = late("GET my-orders", "ann");
  (visit.live as unknown as { refresh(): void }).refresh();
  await pass();
  await anotherComes();
  await pass();
  expect([visit.loaded, visit.live.error]).toEqual([true, undefined]);
  held.resolve(Response.json({ code: "internal", status: 500 }, { status: 500 }));
  await pass();
  expect([visit.loaded, visit.live.error]).toEqual([true, undefined]);
});

test("a scan that was looked for in vain is not slow for whoever has come since", async () => {
  answer = (what) => (what === "POST scans" ? { orderId: "anns", repeated: false, now } : undefined);
  const held = late("GET orders/anns", "ann");
  visit.type("ABCDEF");
  void visit.scan();
  await pass();
  expect(visit.pending).toBe("anns");
  await anotherComes();
  visit.pending = "bobs";
  held.resolve(Response.json({ code: "not-signed-in", status: 401 }, { status: 401 }));
  await pass();
  expect([visit.pending, visit.slow]).toEqual(["bobs", false]);
});

test("whoever scans again in vain of an order that has ended does so in their own name, or not at all", async () => {
  answer = (what) => (what === "POST scans" ? { orderId: "anns", repeated: true, now } : undefined);
  const held = late("GET orders/anns", "ann");
  visit.type("ABCDEF");
  void visit.scan();
  await pass();
  await anotherComes();
  held.resolve({ order: order("anns", "ann", { state: "collected" }), now });
  await pass();
  expect(asked.filter((each) => each.endsWith("POST scans"))).toEqual(["ann: POST scans"]);
});

test("what is said of a code that another was typed after is not said of that one", async () => {
  app.session.ended();
  await pass();
  const held = late("POST holds", "nobody");
  visit.type("ABCDEF");
  const holding = visit.hold();
  await pass();
  visit.type("FEDCBA");
  held.resolve(Response.json({ code: "code-over", status: 410 }, { status: 410 }));
  await holding;
  expect([visit.code, visit.fresh, visit.heldUntil]).toEqual(["FEDCBA", true, undefined]);
});
