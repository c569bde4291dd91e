import { type Container, CosmosClient } from "@azure/cosmos";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { weekdays } from "../../contracts/hours.ts";
import {
  type JourneyReply,
  journeyReply,
  type OrderReply,
  type OrdersReply,
  type SharedJourneyReply,
  type ShareReply,
  sharedJourneyReply,
} from "../../contracts/http.ts";
import type { InsightsReply, RecountReply } from "../../contracts/insights.ts";
import type { OrderView } from "../../contracts/order.ts";
import type { Person, Refused } from "./person.ts";
import { Stand } from "./stand.ts";

/** Five past the hour: far from a code window's edge and from midnight in Berlin. */
const noon = Date.parse("2026-06-15T10:05:30Z");

let stand: Stand;
let barista: Person;
let display: Person;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: noon });
  barista = await stand.barista();
  display = await stand.display();
});
afterAll(() => stand.close());

// Whatever a test left behind is over after half an hour, and then no place in the queue is taken any more.
afterEach(async () => {
  await stand.advance("30 min");
  expect(await stand.active()).toBe(0);
  const running = [...stand.azure.durable.instances()].filter(({ status }) => status !== "Completed");
  expect(running).toEqual([]);
  expect(stand.azure.eventGrid.deadLetters()).toEqual([]);
});

/** A moment so many minutes and seconds from now, as the API writes it. */
const later = (minutes: number, seconds = 0) =>
  new Date(stand.azure.clock.now() + (minutes * 60 + seconds) * 1000).toISOString();

const latte = { drinkId: "drink:latte", options: { milk: ["oat"] } };
const refusal = (reply: Promise<unknown>) =>
  reply.then(
    () => expect.unreachable("was not refused"),
    (error: Refused) => error,
  );

/** An order that has come as far as `state`. */
async function orderIn(state: "choosing" | "queued" | "making" | "ready", customer: Person): Promise<string> {
  const id = await stand.scan(customer, display);
  if (state === "choosing") return id;
  await customer.command(id, "submit", latte);
  await stand.settle();
  if (state === "queued") return id;
  await barista.command(id, "claim");
  if (state === "making") return id;
  await barista.command(id, "ready");
  await stand.settle();
  return id;
}

describe("the way of an order", () => {
  test("leads from the scan to the counter, and every screen hears each step once and in order", async () => {
    const customer = await stand.person();
    const [phone, bar, board] = await Promise.all([customer.listen(), barista.listen(), display.listen()]);
    const id = await stand.scan(customer, display);
    expect(await stand.order(customer, id)).toMatchObject({ state: "choosing", deadline: later(5) });
    expect(await stand.active()).toBe(1);

    const submitted = await customer.command<OrderView>(id, "submit", latte);
    expect(submitted).toMatchObject({
      state: "queued",
      number: 1,
      drink: { name: "Latte" },
      options: expect.arrayContaining([expect.objectContaining({ group: "milk", choice: "oat" })]),
    });
    await stand.settle();
    expect(await stand.order(customer, id)).toMatchObject({
      state: "queued",
      number: 1,
      deadline: "2026-06-15T10:20:30.000Z",
    });
    expect((await stand.board(barista)).map((order) => order.id)).toEqual([id]);

    await barista.command(id, "claim");
    await barista.command(id, "ready");
    await stand.settle();
    expect(await stand.active()).toBe(0);
    await barista.command(id, "collect");
    await stand.settle();

    await Promise.all(
      [phone, bar, board].map((screen) =>
        screen.hears("order", ({ order }) => order.id === id && order.state === "collected"),
      ),
    );
    const heard = (screen: typeof phone) => [...new Set(screen.states(id))];
    // The phone has the reply to its submission; the others hear of an order when it is theirs to see.
    expect(heard(phone)).toEqual(["choosing", "queued", "making", "ready", "collected"]);
    expect(heard(bar)).toEqual(["submitted", "queued", "making", "ready", "collected"]);
    expect(heard(board)).toEqual(["queued", "making", "ready", "collected"]);
    expect(
      board.heard.filter((message) => message.kind === "order").every(({ order }) => !("customerId" in order)),
    ).toBe(true);
    for (const screen of [phone, bar, board]) screen.close();
    expect(stand.azure.durable.instance(id)).toMatchObject({ status: "Completed" });
  });

  test("begins at the counter for somebody without a phone: every screen of staff hears of it, the figures count it, its name stays with them", async () => {
    const [admin, stranger] = [await stand.admin(), await stand.person()];
    const [bar, board, phone] = await Promise.all([barista.listen(), display.listen(), stranger.listen()]);
    const { total: before } = await barista.get<InsightsReply>("/insights");
    const key = { "idempotency-key": "tap-at-the-counter" };
    const placed = await barista.post<OrderReply>("/orders", { ...latte, name: "  Mia\u202e " }, key);
    const { id, number = 0 } = placed.order;
    expect(placed).toMatchObject({ name: "Mia", order: { state: "queued", counter: { named: true } } });
    // Pressed again, with another name in the field by then: what is there is told, with the name that it has.
    expect(await barista.post<OrderReply>("/orders", { ...latte, name: "Ida" }, key)).toMatchObject({
      order: { id, number },
      name: "Mia",
    });
    await stand.settle();
    expect(stand.azure.durable.instance(id)).toMatchObject({ status: "Running" });
    expect(await stand.active()).toBe(1);
    // Staff read the name; no display and no customer does, and no event tells it.
    expect((await admin.get<OrdersReply>("/orders")).names).toEqual({ [id]: "Mia" });
    expect((await barista.get<OrderReply>(`/orders/${id}`)).name).toBe("Mia");
    expect((await barista.get<OrdersReply>(`/orders?number=${number}`)).names).toEqual({ [id]: "Mia" });
    expect(JSON.stringify(await display.get("/orders"))).not.toContain("Mia");
    expect(JSON.stringify(await display.get(`/orders/${id}`))).not.toContain("Mia");
    const [columns = "", line = ""] = (await barista.csv(`/orders?number=${number}`)).split("\r\n");
    expect(line).not.toContain("Mia");
    expect(line.split(",")[columns.split(",").indexOf("placed")]).toBe("counter");
    for (const path of [`/orders/${id}`, `/orders/${id}/journey`]) {
      expect((await refusal(stranger.get(path))).problem.code).toBe("not-found");
    }
    expect((await stranger.get<OrdersReply>("/my-orders")).orders).toEqual([]);

    await barista.command(id, "claim");
    await barista.command(id, "ready");
    await barista.command(id, "collect");
    await stand.settle();
    await Promise.all(
      [bar, board].map((screen) =>
        screen.hears("order", ({ order }) => order.id === id && order.state === "collected"),
      ),
    );
    expect([...new Set(bar.states(id))]).toEqual(["submitted", "queued", "making", "ready", "collected"]);
    expect([...new Set(board.states(id))]).toEqual(["queued", "making", "ready", "collected"]);
    expect(phone.states(id)).toEqual([]);
    expect(JSON.stringify([bar.heard, board.heard])).not.toContain("Mia");
    for (const screen of [bar, board, phone]) screen.close();
    expect(stand.azure.durable.instance(id)).toMatchObject({ status: "Completed" });
    const { steps, whole } = journeyReply.parse(await barista.get(`/orders/${id}/journey`));
    expect(whole).toBe(true);
    expect(steps.slice(0, 2).map(({ what, who }) => [what, who.part])).toEqual([
      ["admitted", "counter"],
      ["submitted", "counter"],
    ]);
    const { total } = await barista.get<InsightsReply>("/insights");
    expect(total).toMatchObject({
      scans: before.scans,
      admitted: before.admitted + 1,
      atCounter: before.atCounter + 1,
      submitted: before.submitted + 1,
      collected: before.collected + 1,
    });
    // Nobody measured how long they chose.
    expect(total.durations.choose.count).toBe(before.durations.choose.count);
  });

  test("at the counter is refused in words where it is where phones are, and is for who works there", async () => {
    const [admin, stranger] = [await stand.admin(), await stand.person()];
    for (const nobody of [stranger, display]) {
      expect((await refusal(nobody.post("/orders", latte))).problem.code).toBe("forbidden");
    }
    const wrong: [unknown, string][] = [
      [{ ...latte, name: "" }, "bad-request"],
      [{ ...latte, name: "M".repeat(41) }, "bad-request"],
      [{ ...latte, cups: 2 }, "bad-request"],
      [{ drinkId: "drink:latte", options: { milk: ["yak"] } }, "bad-option"],
      [{ drinkId: "drink:tea" }, "drink-unavailable"],
    ];
    for (const [body, code] of wrong) expect((await refusal(barista.post("/orders", body))).problem.code).toBe(code);
    await stand.configure(admin, { capacity: 1 });
    await admin.post("/orders", latte);
    expect((await refusal(barista.post("/orders", latte))).problem).toMatchObject({ code: "queue-full", status: 409 });
    await stand.configure(admin, { counterBeyondCapacity: true });
    expect((await barista.post<OrderReply>("/orders", latte)).order.state).toBe("queued");
    expect(await stand.active()).toBe(2);
    await stand.configure(admin, { open: false });
    expect((await refusal(barista.post("/orders", latte))).problem.code).toBe("store-closed");
    await stand.configure(admin, { counterWhileShut: true });
    expect((await barista.post<OrderReply>("/orders", latte)).order.state).toBe("queued");
    await stand.configure(admin, { open: true, capacity: 20, counterBeyondCapacity: false, counterWhileShut: false });
    // What is left expires with the time to make it, as all do.
    await stand.advance("16 min");
    expect(await stand.board(barista)).toEqual([]);
  });

  test("ends with the customer's time: five minutes to choose", async () => {
    const customer = await stand.person();
    const id = await orderIn("choosing", customer);
    await stand.advance("4 min");
    expect((await stand.order(customer, id)).state).toBe("choosing");
    await stand.advance("61 s");
    expect(await stand.order(customer, id)).toMatchObject({
      state: "expired",
      end: { by: "system", reason: "customer" },
    });
    expect(await stand.active()).toBe(0);
    const late = await refusal(customer.command(id, "submit", latte));
    expect(late.problem).toMatchObject({ code: "order-state", status: 409, order: { state: "expired" } });
  });

  test.each(["queued", "making"] as const)(
    "ends with the barista's time when it is %s: fifteen minutes to make it",
    async (state) => {
      const customer = await stand.person();
      const id = await orderIn(state, customer);
      await stand.advance("14 min");
      expect((await stand.order(customer, id)).state).toBe(state);
      await stand.advance("61 s");
      expect(await stand.order(customer, id)).toMatchObject({ state: "expired", end: { reason: "barista" } });
      expect(await stand.active()).toBe(0);
    },
  );

  test("a ready order does not expire", async () => {
    const customer = await stand.person();
    const id = await orderIn("ready", customer);
    await stand.advance("2 h");
    expect((await stand.order(customer, id)).state).toBe("ready");
  });

  test.each([
    ["choosing", "customer", true],
    ["queued", "customer", true],
    ["making", "customer", false],
    ["ready", "customer", false],
    ["choosing", "barista", false],
    ["queued", "barista", true],
    ["making", "barista", true],
    ["ready", "barista", false],
  ] as const)("cancelling when it is %s, by the %s: %s", async (state, who, allowed) => {
    const customer = await stand.person();
    const id = await orderIn(state, customer);
    const by = who === "customer" ? customer : barista;
    const cancelled = by.command<OrderView>(id, "cancel", who === "barista" ? { note: "out of milk" } : {});
    if (!allowed) {
      expect((await refusal(cancelled)).problem.code).toBe("order-state");
      expect((await stand.order(customer, id)).state).toBe(state);
      return;
    }
    expect(await cancelled).toMatchObject({ state: "cancelled", end: { by: who } });
    await stand.settle();
    expect(await stand.active()).toBe(0);
    expect(stand.azure.durable.instance(id)).toMatchObject({ status: "Completed" });
    await stand.advance("20 min");
    expect((await stand.order(customer, id)).state).toBe("cancelled");
  });

  test("numbers count up through the day and begin again after the store's midnight", async () => {
    const next = async () => {
      const customer = await stand.person();
      return (await stand.order(customer, await orderIn("queued", customer))).number ?? 0;
    };
    const first = await next();
    await stand.advance("1 min");
    expect(await next()).toBe(first + 1);
    // Midnight in Berlin, where the store is: 22:00 UTC in summer.
    const midnight = Date.parse("2026-06-15T22:00:00Z");
    await stand.advance(midnight - 1_000 - stand.azure.clock.now());
    expect(await next()).toBe(first + 2);
    await stand.advance("2 s");
    expect(await next()).toBe(1);
  });
});

describe("getting in", () => {
  test("a full queue refuses, gives the scan back, and lets the next one in when a place is free", async () => {
    const admin = await stand.admin();
    await stand.configure(admin, { capacity: 1 });
    const first = await orderIn("choosing", await stand.person());
    const before = await display.get<{ window: { scansLeft: number } }>("/code");
    const second = await stand.person();
    const refused = await stand.order(second, await stand.scan(second, display));
    expect(refused).toMatchObject({ state: "refused", end: { by: "system", reason: "full" } });
    const after = await display.get<{ window: { scansLeft: number } }>("/code");
    expect(after.window.scansLeft).toBe(before.window.scansLeft);
    await stand.advance("5 min");
    expect(await stand.active()).toBe(0);
    expect(first).not.toBe(refused.id);
    expect((await stand.order(second, await stand.scan(second, display))).state).toBe("choosing");
    await stand.configure(admin, { capacity: 20 });
  });

  test("a closed store refuses, and says so", async () => {
    const customer = await stand.person();
    await barista.post("/open", { open: false });
    await stand.settle();
    expect((await stand.page()).store.open).toBe(false);
    expect((await refusal(stand.scan(customer, display))).problem.code).toBe("store-closed");
    await barista.post("/open", { open: true });
    await stand.settle();
    expect((await stand.order(customer, await stand.scan(customer, display))).state).toBe("choosing");
  });

  test("a pause lets nobody in for its minutes, with its reason on every screen, and ends by itself or by hand", async () => {
    const customer = await stand.person();
    const screen = await customer.listen();
    expect((await refusal(customer.post("/pause", { minutes: 5 }))).problem.code).toBe("forbidden");
    expect((await refusal(barista.post("/pause", { minutes: 7 }))).problem.errors?.[0]?.message).toContain(
      "5, 10 or 20",
    );
    await barista.post("/pause", { minutes: 5, reason: "Cleaning", why: "machine" });
    await stand.settle();
    const until = later(5);
    await screen.hears(
      "page",
      ({ page: { store } }) =>
        store.pausedUntil === until && store.pauseReason === "Cleaning" && store.pauseWhy === "machine",
    );
    const { problem } = await refusal(stand.scan(customer, display));
    expect(problem).toMatchObject({ code: "store-paused", opensAt: until });
    // To the second: it is over before the every-minute work has told so.
    await stand.advance("5 min");
    expect((await stand.order(customer, await stand.scan(customer, display))).state).toBe("choosing");
    await stand.advance("1 min");
    expect((await stand.page()).store).not.toHaveProperty("pausedUntil");
    await barista.post("/pause", { minutes: 20 });
    await barista.post("/pause", { minutes: null });
    await stand.settle();
    expect((await stand.page()).store).not.toHaveProperty("pausedUntil");
    screen.close();
  });

  test("hours open and close by themselves; a hand on the switch holds until their next change", async () => {
    const admin = await stand.admin();
    const customer = await stand.person();
    const screen = await customer.listen();
    const hour = 3_600_000;
    const clockIn = (ms: number) =>
      new Date(stand.azure.clock.now() + ms).toLocaleTimeString("en-GB", {
        timeZone: "Europe/Berlin",
        timeStyle: "short",
      });
    const spans = [
      { opens: clockIn(-hour), closes: clockIn(hour / 2) },
      { opens: clockIn(hour), closes: clockIn(2 * hour) },
    ];
    const week = Object.fromEntries(weekdays.map((day) => [day, spans]));
    await stand.configure(admin, { hours: { week, lastOrdersMinutes: 10 } });
    const whole = (ms: number) => new Date(Math.floor((stand.azure.clock.now() + ms) / 60_000) * 60_000).toISOString();
    const [last, opens] = [whole(hour / 3), whole(hour)];
    expect((await stand.page()).store).toMatchObject({ open: true, closesAt: last });
    await stand.advance("21 min");
    await screen.hears("page", ({ page: { store } }) => !store.open && store.opensAt === opens);
    const { problem } = await refusal(stand.scan(customer, display));
    expect(problem).toMatchObject({ code: "store-closed", opensAt: opens });
    await barista.post("/open", { open: true });
    await stand.settle();
    expect((await stand.page()).store.open).toBe(true);
    await stand.advance("10 min");
    expect((await stand.page()).store).toMatchObject({ open: false, opensAt: opens });
    await stand.advance("30 min");
    expect((await stand.page()).store.open).toBe(true);
    await barista.post("/open", { open: false });
    await stand.settle();
    expect((await stand.page()).store.open).toBe(false);
    await stand.configure(admin, { open: true, hours: undefined });
    expect((await stand.page()).store).not.toHaveProperty("opensAt");
    screen.close();
  });

  test("a code lets ten people in, then the display hides it until the next window", async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => stand.person()));
    const { code = "" } = await display.get<{ code?: string }>("/code");
    const board = await display.listen();
    // The tenth and those after it come at the same instant.
    const replies = await Promise.allSettled(
      people.map((person) => person.post<{ orderId: string }>("/scans", { code })),
    );
    await stand.settle();
    const refused = replies.flatMap((reply) => (reply.status === "rejected" ? [reply.reason as Refused] : []));
    expect(refused.map((reason) => reason.problem?.code ?? String(reason))).toEqual([
      "code-exhausted",
      "code-exhausted",
    ]);
    const { closesAt } = (await display.get<{ window: { closesAt: string } }>("/code")).window;
    expect(refused[0]?.problem.retryAt).toBe(closesAt);
    expect(await stand.active()).toBe(10);
    const hidden = await display.get<{ code?: string; window: { scansLeft: number } }>("/code");
    expect(hidden.code).toBeUndefined();
    expect(hidden.window.scansLeft).toBe(0);
    await board.hears("code", ({ window }) => window.scansLeft === 0);
    board.close();
    // Past the next window's edge and the half minute in which the last code is still taken.
    await stand.advance(Date.parse(closesAt) + 31_000 - stand.azure.clock.now());
    const next = await display.get<{ code?: string; window: { scansLeft: number } }>("/code");
    expect(next.window.scansLeft).toBe(10);
    expect(next.code).not.toBe(code);
    expect((await refusal((await stand.person()).post("/scans", { code }))).problem.code).toBe("code-over");
  });

  test("what was scanned in time holds through the signing in, and bad news comes before it", async () => {
    const hold = async (code: string, secret: string) => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ code, hold: secret });
      const response = await fetch(`${stand.store}/holds`, { method: "POST", headers, body });
      return { status: response.status, ...((await response.json()) as { code?: string; expiresAt?: string }) };
    };
    const secret = "a-secret-made-by-chance-0001";
    const board = await display.listen();
    const { code = "", window } = await display.get<{ code?: string; window: { closesAt: string } }>("/code");
    // A moment before the next code.
    await stand.advance(Date.parse(window.closesAt) - 10_000 - stand.azure.clock.now());
    expect(await hold(code, secret)).toMatchObject({ status: 201, expiresAt: later(5) });
    expect(await hold(code, secret)).toMatchObject({ status: 200 });
    await board.hears("code", (message) => message.window.scansLeft === 9 && message.window.heldUntil !== undefined);
    expect(await hold("AAAAA", secret)).toMatchObject({ status: 404, code: "code-unknown" });
    await stand.advance("90 s");
    const customer = await stand.person();
    expect(await hold(code, "another-secret-made-by-chance")).toMatchObject({ status: 410, code: "code-over" });
    const { orderId } = await customer.post<{ orderId: string }>("/scans", { code, hold: secret });
    await stand.settle();
    expect((await stand.order(customer, orderId)).state).toBe("choosing");
    board.close();
  });

  test("scanning twice gives the order that the first scan began, also when both come at once", async () => {
    const customer = await stand.person();
    const { code = "" } = await display.get<{ code?: string }>("/code");
    const scans = await Promise.all([1, 2, 3].map(() => customer.post<{ orderId: string }>("/scans", { code })));
    await stand.settle();
    expect(new Set(scans.map((scan) => scan.orderId)).size).toBe(1);
    expect(await stand.active()).toBe(1);
    const { window } = await display.get<{ window: { scansLeft: number } }>("/code");
    expect(window.scansLeft).toBe(9);
  });

  test("a second order while one is open is refused and points at the open one", async () => {
    const customer = await stand.person();
    const first = await orderIn("queued", customer);
    await stand.advance("5 min");
    const second = await stand.order(customer, await stand.scan(customer, display));
    expect(second).toMatchObject({ state: "refused", end: { reason: "limit", openOrderId: first } });
    expect(await stand.active()).toBe(1);
  });

  test("after cancelling, the same code lets the customer in again when they ask for another order", async () => {
    const customer = await stand.person();
    const first = await orderIn("choosing", customer);
    await customer.command(first, "cancel");
    await stand.settle();
    const second = await stand.scan(customer, display, first);
    expect(second).not.toBe(first);
    expect((await stand.order(customer, second)).state).toBe("choosing");
  });
});

describe("people at the same order", () => {
  test("two baristas claim at once: one has it, the other is told who", async () => {
    const admin = await stand.admin();
    await admin.put("/people", {
      id: "staff:+14255550103",
      kind: "staff",
      storeId: "main",
      phone: "+14255550103",
      name: "Bo",
      roles: ["barista"],
    });
    await stand.settle();
    await stand.advance("10 s");
    const other = await stand.person("+14255550103");
    const id = await orderIn("queued", await stand.person());
    const claims = await Promise.allSettled([barista, other].map((person) => person.command<OrderView>(id, "claim")));
    expect(claims.map((claim) => claim.status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = claims.find((claim) => claim.status === "rejected")?.reason as Refused;
    expect(lost.problem.code).toBe("order-held");
    const loser = claims[0]?.status === "rejected" ? barista : other;
    expect((await refusal(loser.command(id, "release"))).problem.code).toBe("order-held");
  });

  test("a command repeated is answered as the first time, a stale one is shown the order as it is", async () => {
    const id = await orderIn("queued", await stand.person());
    const key = { "idempotency-key": "tap-1" };
    const seen = (await stand.order(barista, id)).version;
    const first = await barista.command<OrderView>(id, "claim", { version: seen }, key);
    const again = await barista.command<OrderView>(id, "claim", { version: seen }, key);
    expect(again).toEqual(first);
    const stale = await refusal(barista.command(id, "release", { version: seen }));
    expect(stale.problem).toMatchObject({ code: "order-version", order: { state: "making", version: first.version } });
  });

  test("an order is nobody else's business", async () => {
    const id = await orderIn("queued", await stand.person());
    const stranger = await stand.person();
    expect((await refusal(stranger.get(`/orders/${id}`))).status).toBe(404);
    expect((await refusal(stranger.command(id, "cancel"))).status).toBe(404);
    expect((await refusal(stranger.command(id, "claim"))).status).toBeGreaterThanOrEqual(403);
  });
});

describe("the figures", () => {
  const days = "from=2026-06-15&to=2026-06-17";
  const query = "SELECT * FROM c WHERE c.kind = 'order'";
  const orders = () => inOrders(async ({ items }) => (await items.query<OrderView>(query).fetchAll()).resources);

  test("of all that this stand has seen are those of its orders, and the same when they are counted anew", async () => {
    await orderIn("ready", await stand.person());
    const before = (await barista.get<InsightsReply>(`/insights?${days}`)).total.refusedScans;
    const late = await stand.person();
    for (const code of ["none", "AAAAA"]) expect((await refusal(late.post("/scans", { code }))).status).toBe(404);
    // What is ready and not handed over is counted after an hour.
    await stand.advance("65 min");
    const all = await orders();
    const count = (fits: (order: OrderView) => boolean) => all.filter(fits).length;
    const { total, rows } = await barista.get<InsightsReply>(`/insights?${days}`);
    const sum = (counts: object) => Object.values(counts).reduce((all: number, one: number) => all + one, 0);
    expect(all.length).toBeGreaterThan(20);
    expect(rows.map(({ day }) => day)).toEqual(["2026-06-15", "2026-06-16", "2026-06-17"]);
    expect(total).toMatchObject({
      scans: all.length - total.atCounter + sum(total.refusedScans),
      atCounter: count(({ counter }) => counter !== undefined),
      admitted: count(({ state }) => state !== "refused"),
      submitted: count(({ submittedAt }) => submittedAt !== undefined),
      ready: count(({ readyAt }) => readyAt !== undefined),
      collected: count(({ state }) => state === "collected"),
    });
    expect(total.refusedScans["code-unknown"]).toBe((before["code-unknown"] ?? 0) + 2);
    expect(sum(total.refused)).toBe(count(({ state }) => state === "refused"));
    expect(sum(total.expired)).toBe(count(({ state }) => state === "expired"));
    expect(total.cancelled.reduce((all, one) => all + one.count, 0)).toBe(count(({ state }) => state === "cancelled"));

    const admin = await stand.admin();
    const recounted = await admin.post<RecountReply>("/insights/recount", { from: "2026-06-15", to: "2026-06-17" });
    expect(recounted.orders).toBe(all.length);
    expect(await barista.get<InsightsReply>(`/insights?${days}`)).toMatchObject({ total, rows });
  });

  test("are for staff, as JSON or CSV; only an admin has them counted anew, and what is not known is refused by name", async () => {
    const [customer, figures] = [await stand.person(), `/insights?${days}&by=hour`];
    expect((await refusal(customer.get(figures))).status).toBe(403);
    expect((await refusal(display.get(figures))).status).toBe(403);
    const anew = barista.post("/insights/recount", { from: "2026-06-15", to: "2026-06-15" });
    expect((await refusal(anew)).status).toBe(403);
    expect((await refusal(barista.get("/insights?by=week&until=x"))).problem.detail).toMatch(
      /until is not a parameter/,
    );
    expect((await refusal(barista.get("/insights?by=week"))).problem.detail).toBe("by must be day or hour");
    expect((await refusal(barista.get("/insights?from=15.6.2026"))).problem.detail).toMatch(/^from must be a date/);
    const table = await barista.csv(figures);
    expect(table).toMatch(/^day,hour,start,scans,admitted,/);
    const { rows } = await barista.get<InsightsReply>(figures);
    expect(table.trimEnd().split("\r\n")).toHaveLength(rows.length + 1);
  });
});

describe("the story of an order", () => {
  const look = (link: string) =>
    fetch(`${stand.store}/shared-journeys`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ link }),
    });

  test("tells its customer and the bar all that happened, for a few request units, and nobody else", async () => {
    const customer = await stand.person();
    const id = await orderIn("ready", customer);
    await stand.advance("30 s");
    await barista.command(id, "collect");
    await stand.settle();
    const { cosmos } = stand.azure;
    const before = cosmos.meters.requestUnits;
    const story = journeyReply.parse(await customer.get<JourneyReply>(`/orders/${id}/journey`));
    // With one for the session that asks and one for what its person is in the store.
    expect(cosmos.meters.requestUnits - before).toBeLessThan(14);
    expect(story).toMatchObject({ whole: true, shared: false, order: { id, state: "collected" } });
    expect(story.steps.map(({ what, who }) => `${what} ${who.part}`)).toEqual([
      "scanned customer",
      "admitted workflow",
      "submitted customer",
      "queued workflow",
      "claimed barista",
      "ready barista",
      "collected barista",
    ]);
    expect(story.steps.at(-1)?.who.name).toBe(story.order.barista?.name);
    expect(story.steps.at(-2)?.untilNext).toBe(30_000);
    expect(new Set(story.steps.map(({ event }) => event?.trace)).size).toBe(1);
    // Each step was caused by the one before it.
    expect(story.steps.slice(1).map(({ event }) => event?.causation)).toEqual(
      story.steps.slice(0, -1).map(({ event }) => event?.id),
    );

    expect((await barista.get<JourneyReply>(`/orders/${id}/journey`)).steps).toEqual(story.steps);
    for (const other of [await stand.person(), display])
      expect((await refusal(other.get(`/orders/${id}/journey`))).status).toBe(404);
    // Nothing else of the partition can be asked for by this way.
    expect((await refusal(customer.get("/orders/queue/journey"))).status).toBe(404);
  });

  test("is shown to whoever has a link, without anything personal, until it is taken back or the events are gone", async () => {
    const customer = await stand.person();
    const id = await orderIn("ready", customer);
    await barista.command(id, "collect");
    await stand.settle();
    for (const other of [barista, await stand.person()])
      expect((await refusal(other.post(`/orders/${id}/share`, {}))).status).toBe(404);
    const { link } = await customer.post<ShareReply>(`/orders/${id}/share`, {});
    const { link: second } = await customer.post<ShareReply>(`/orders/${id}/share`, {});
    expect(second).not.toBe(link);
    expect((await customer.get<JourneyReply>(`/orders/${id}/journey`)).shared).toBe(true);

    const shown = await look(link);
    expect(shown.status).toBe(200);
    expect(shown.headers.get("x-robots-tag")).toContain("noindex");
    const text = await shown.text();
    const seen: SharedJourneyReply = sharedJourneyReply.parse(JSON.parse(text));
    expect(seen.steps.map(({ what }) => what)).toContain("collected");
    const { order } = await customer.get<JourneyReply>(`/orders/${id}/journey`);
    for (const personal of [id, order.customerId, order.barista?.id ?? "", order.barista?.name ?? ""])
      expect(text).not.toContain(personal);
    // Kept is only what a link is known by.
    expect(JSON.stringify(await kept(`${id}:share`))).not.toContain(link.slice(32));

    const wrong = link.slice(0, -4) + (link.endsWith("AAAA") ? "BBBB" : "AAAA");
    expect((await look(wrong)).status).toBe(404);
    expect((await look("guess")).status).toBe(400);
    expect((await look(second)).status).toBe(200);
    await customer.delete(`/orders/${id}/share`);
    for (const one of [link, second]) expect((await look(one)).status).toBe(404);
    await customer.delete(`/orders/${id}/share`);

    const { link: third } = await customer.post<ShareReply>(`/orders/${id}/share`, {});
    expect((await look(third)).status).toBe(200);
    // Thirty days after the last of what happened, with the events.
    expect((await kept(`${id}:share`))?.ttl).toBe(30 * 24 * 3600);
    for (const { event } of (await customer.get<JourneyReply>(`/orders/${id}/journey`)).steps.slice(1))
      await inOrders((orders) => orders.item(event?.id ?? "", stand.storeId).delete());
    expect((await look(third)).status).toBe(404);
    const old = await customer.get<JourneyReply>(`/orders/${id}/journey`);
    expect(old.whole).toBe(false);
    expect(old.steps.map(({ what }) => what)).toEqual([
      "scanned",
      "admitted",
      "submitted",
      "queued",
      "claimed",
      "ready",
      "collected",
    ]);
  });

  test("is not looked at by a network more than sixty times a minute", async () => {
    const link = `${"0".repeat(32)}${"A".repeat(32)}`;
    const looks = await Promise.all(Array.from({ length: 61 }, () => look(link)));
    expect(looks.filter(({ status }) => status === 429)).toHaveLength(1);
    await stand.advance("1 min");
    expect((await look(link)).status).toBe(404);
  });
});

/** A document of the container `orders`, as it lies there. */
const kept = async (id: string) =>
  (await inOrders((orders) => orders.item(id, stand.storeId).read<{ ttl: number }>())).resource;

async function inOrders<T>(work: (orders: Container) => Promise<T>): Promise<T> {
  const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  try {
    return await work(client.database("crema").container("orders"));
  } finally {
    client.dispose();
  }
}
