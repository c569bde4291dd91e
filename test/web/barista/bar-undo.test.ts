import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { OrderView } from "../../../contracts/order.ts";
import type { OrderCommand, OrderState } from "../../../contracts/order-states.ts";
import type { Order } from "../../../functions/orders/order.ts";
import { viewOf } from "../../../functions/orders/order.ts";
import { decide, type Request } from "../../../functions/orders/rules.ts";
import { undoFor } from "../../../web/barista/undo.ts";
import { PageGlobals, withRunes } from "../runes.ts";

// Nothing is drawn, so nothing is printed.
vi.mock("../../../web/barista/LabelSheet.svelte", () => ({ default: undefined }));

interface App {
  session: { begin(reply: { token: string }, api: unknown): Promise<void> };
  api: unknown;
  snapshot: {
    orders: ReadonlyMap<string, OrderView>;
    takeOrder(order: OrderView): boolean;
    loadOrders(ask: () => Promise<object>): Promise<unknown>;
  };
}
interface Bar {
  collecting: { waiting: { orderId: string }[]; hidden: ReadonlySet<string>; undo(orderId: string): Promise<boolean> };
  toasts: { list: { text: string }[] };
  give(order: OrderView, command: string, note?: string): Promise<boolean>;
  collect(order: OrderView): void;
  undo(): Promise<void>;
  takeBack(order: OrderView): Promise<void>;
}
const { createApp } = await withRunes<{ createApp(name: string, config: object): App }>("app.svelte.ts");
const { Bar } = await withRunes<{ Bar: new (app: App) => Bar }>("../barista/bar.svelte.ts");

const ana = { id: "customer-00000ana", name: "Ana", parts: ["barista" as const, "admin" as const] };
const ben = { id: "customer-00000ben", name: "Ben", parts: ["barista" as const] };

/** What the API has: the orders, which the rules of the service change. */
let orders: Map<string, Order>;
let reached: boolean;
let app: App;
let bar: Bar;

function change(id: string, request: Request, actor: typeof ana | typeof ben = ben): Response {
  const order = orders.get(id);
  if (order === undefined) return Response.json({ status: 404, code: "not-found" }, { status: 404 });
  const decision = decide(order, request, actor, Date.now());
  if (decision.kind === "refused")
    return Response.json({ status: 409, code: decision.code, detail: "", order: viewOf(order) }, { status: 409 });
  if (decision.kind === "change") orders.set(id, decision.order);
  return reply(id);
}
const document = (id: string): Order => orders.get(id) ?? expect.unreachable();
const reply = (id: string): Response => Response.json({ order: viewOf(document(id)), now: new Date().toISOString() });
const ask = (command: OrderCommand, version?: number) =>
  ({ command, version, deadline: new Date(Date.now() + 900_000).toISOString(), note: "Out of milk." }) as Request;
/** A colleague does it at another tablet, and it is pushed to this one. */
function colleague(id: string, command: OrderCommand): void {
  change(id, ask(command));
  app.snapshot.takeOrder(viewOf(document(id)));
}

beforeEach(async () => {
  vi.useFakeTimers();
  [orders, reached] = [new Map(), true];
  const fetch = async (url: URL | string, init: RequestInit) => {
    if (!reached) throw new TypeError("Failed to fetch");
    const { pathname } = new URL(url);
    if (pathname.endsWith("/me"))
      return Response.json({ customerId: ana.id, name: ana.name, roles: { main: ["admin"] } });
    const [, id = "", command] = /\/orders\/([^/]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
    if (command === undefined) return reply(id);
    return change(id, ask(command as OrderCommand, JSON.parse(String(init.body)).version), ana);
  };
  const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  for (const [name, value] of Object.entries({
    ...new PageGlobals().all,
    localStorage: storage,
    sessionStorage: storage,
    fetch,
  }))
    vi.stubGlobal(name, value);
  app = createApp("barista", { api: "http://api.test/api", store: "main", home: "main" });
  await app.session.begin({ token: "ana" }, app.api);
  bar = new Bar(app);
});
afterEach(() => {
  vi.clearAllTimers();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** An order of this stand, as the tablet sees it. */
function placed(number: number, state: OrderState, barista = ana): OrderView {
  const at = new Date().toISOString();
  const id = `018f0000-0000-7000-8000-${String(number).padStart(12, "0")}`;
  orders.set(id, {
    ...{ id, kind: "order", storeId: "main", customerId: "customer-0000000001", version: 4, state, number },
    ...{ createdAt: at, changedAt: at, queuedAt: at, day: "2026-03-04", start: {}, keys: [], ttl: 1 },
    ...{ drink: { id: "drink:latte", name: "Latte", icon: "takeaway" }, options: [] },
    ...(state !== "queued" && { barista: { id: barista.id, name: barista.name }, claimedAt: at }),
    ...(state === "ready" && { readyAt: at }),
  } as Order);
  app.snapshot.takeOrder(viewOf(document(id)));
  return now(id);
}
const now = (id: string): OrderView => app.snapshot.orders.get(id) ?? expect.unreachable();
const states = (...all: OrderView[]) => all.map(({ id }) => document(id).state);
const said = () => bar.toasts.list.map(({ text }) => text);
/** The time to undo is over, and the hand-over is sent; all tries and waits for an answer are over too. */
const timeOver = () => vi.advanceTimersByTimeAsync(undoFor + 2_000);

test("what was handed over can be undone in time and later, and goes back to the counter", async () => {
  const [first, second] = [placed(5, "ready"), placed(6, "ready")];
  bar.collect(first);
  await timeOver();
  bar.collect(second);
  await bar.undo();
  expect([...bar.collecting.hidden]).toEqual([]);
  await bar.undo();
  expect(states(first, second)).toEqual(["ready", "ready"]);
  await bar.undo();
  expect(states(first, second)).toEqual(["ready", "ready"]);
  expect(said().at(-1)).toBe("There is nothing to undo.");
});

test("a hand-over that its own button took back is not undone once more: undo takes back what was done before it", async () => {
  const [made, handed] = [placed(4, "making"), placed(5, "ready")];
  await bar.give(made, "ready");
  bar.collect(handed);
  expect(await bar.collecting.undo(handed.id)).toBe(true);
  await bar.undo();
  expect(states(made, handed)).toEqual(["making", "ready"]);
});

test("nor one that did not come to the API, or that it refused", async () => {
  const handed = placed(5, "ready");
  reached = false;
  bar.collect(handed);
  await timeOver();
  reached = true;
  await bar.undo();
  expect(states(handed)).toEqual(["ready"]);
  change(handed.id, ask("call"));
  bar.collect(handed);
  await timeOver();
  await bar.undo();
  expect(states(handed)).toEqual(["ready"]);
});

test("nor while its refusal is under way", async () => {
  const handed = placed(5, "ready");
  change(handed.id, ask("call"));
  bar.collect(handed);
  vi.advanceTimersByTime(undoFor);
  await bar.undo();
  expect(states(handed)).toEqual(["ready"]);
});

test.each([
  { did: "collect", state: "ready", since: ["recall"], stays: "ready", says: "5: It is ready already." },
  { did: "ready", state: "making", since: ["collect"], stays: "collected", says: "5: It was handed over already." },
  { did: "ready", state: "making", since: ["recall"], stays: "making", says: "5: It is being made already." },
  { did: "cancel", state: "queued", since: ["recall"], stays: "queued", says: "5: It is back in the queue." },
  { did: "release", state: "making", since: ["ready"], stays: "ready", says: "5: It is ready already." },
  { did: "claim", state: "queued", since: ["ready"], stays: "ready", says: "5: It is ready already." },
] as const)("what a colleague has changed since $did stays $stays", async ({ did, state, since, stays, says }) => {
  const order = placed(5, state);
  if (did === "collect") bar.collect(order);
  else await bar.give(order, did, "Out of milk.");
  await timeOver();
  for (const command of since) colleague(order.id, command);
  expect(states(order)).toEqual([stays]);
  await bar.undo();
  expect(states(order)).toEqual([stays]);
  expect(said().at(-1)).toBe(says);
});

test("an order that a colleague makes by now is not given back, though an admin could", async () => {
  const order = placed(5, "queued");
  await bar.give(order, "claim");
  change(order.id, ask("release"), ana);
  colleague(order.id, "claim");
  await bar.undo();
  expect(document(order.id)).toMatchObject({ state: "making", barista: { id: ben.id } });
  expect(said().at(-1)).toBe("5: Ben is making it.");
});

test("what has left the list since is asked for, and goes back as well", async () => {
  const order = placed(5, "ready");
  bar.collect(order);
  await timeOver();
  await app.snapshot.loadOrders(async () => ({ orders: [], queue: { version: 1, active: 0 } }));
  await bar.undo();
  expect(states(order)).toEqual(["ready"]);
});

test("the list takes back what it shows: an order that has changed since it was read stays as it is", async () => {
  const order = placed(5, "ready");
  bar.collect(order);
  await timeOver();
  const listed = now(order.id);
  colleague(order.id, "recall");
  await bar.takeBack(listed);
  expect(states(order)).toEqual(["ready"]);
  expect(said().at(-1)).toBe("5: It is ready already.");
});
