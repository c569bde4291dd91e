import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { CatalogPage } from "../../../contracts/catalog.ts";
import { type CremaEvent, parseEvent } from "../../../contracts/events.ts";
import { isActive } from "../../../contracts/order-states.ts";
import { admit } from "../../../functions/orders/admit.ts";
import { command, type Given, type Giver } from "../../../functions/orders/commands.ts";
import type { Customer } from "../../../functions/orders/customer.ts";
import { limitsOf } from "../../../functions/orders/limits.ts";
import type { Order } from "../../../functions/orders/order.ts";
import { board, oneOrder, ordersOf, queueAndWait, queueOf } from "../../../functions/orders/queries.ts";
import { expire, number } from "../../../functions/orders/steps.ts";
import { businessDay } from "../../../functions/platform/business-day.ts";
import { catalogPage } from "../../../functions/platform/catalog-page.ts";
import { container } from "../../../functions/platform/clients.ts";
import { Refusal } from "../../../functions/platform/refusal.ts";
import { espresso, latte, newCustomerId, pageOf, Shop, startOf, submitOnly } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

const nobody = { barista: false, admin: false, staff: false };
const ana: Giver = { customerId: "barista-ana-000001", name: "Ana", barista: true, admin: false, staff: true };
const bo: Giver = { customerId: "barista-bo-0000001", name: "Bo", barista: true, admin: false, staff: true };
const display: Giver = { customerId: "display-0000000001", ...nobody, staff: true };
const customer = (customerId: string): Giver => ({ customerId, ...nobody });

/** The problem that a request is refused with. */
const problem = (reply: Promise<unknown>) =>
  reply.then(
    () => expect.unreachable("was not refused"),
    (error) => (error instanceof Refusal ? error.problem : Promise.reject(error)),
  );

/** An order that has come as far as `state`, of a customer of its own. */
async function orderIn(state: "choosing" | "submitted" | "queued" | "making" | "ready", storeId: string) {
  const start = startOf(storeId);
  const { orderId, customerId } = start;
  await admit(start);
  if (state === "choosing") return start;
  if (state === "submitted") {
    await submitOnly(storeId, orderId);
    return start;
  }
  await command(storeId, orderId, { command: "submit", wish: latte }, customer(customerId));
  if (state === "queued") return start;
  await command(storeId, orderId, { command: "claim" }, ana);
  if (state === "making") return start;
  await command(storeId, orderId, { command: "ready" }, ana);
  return start;
}

const stateOf = async (storeId: string, orderId: string) => (await oneOrder(storeId, orderId, () => true)).order.state;

describe("getting in", () => {
  test("takes a place, and admitting again takes no other and tells what the order is", async () => {
    const storeId = await shop.store();
    const start = startOf(storeId);
    const progress = await admit(start);
    expect(progress).toEqual({ state: "choosing", version: 1, deadline: "2040-06-15T10:10:30.000Z" });
    expect(await admit(start)).toEqual(progress);
    await command(storeId, start.orderId, { command: "submit", wish: latte }, customer(start.customerId));
    expect(await admit(start)).toMatchObject({ state: "queued", version: 3, numbered: true });
    expect(await queueOf(storeId)).toEqual({ storeId, version: 1, active: 1 });
    expect(await shop.places(storeId)).toEqual({ counted: 1, held: 1 });
  });

  test.each<[string, Partial<CatalogPage["store"]>]>([
    ["the store has closed", { open: false }],
    ["there is no place left", { capacity: 1 }],
    ["its customer may have no other", { openOrdersPerCustomer: 1, ordersPerDay: 1 }],
  ])("an order that is there stays what it is when it is admitted again, though %s", async (_, change) => {
    const storeId = await shop.store();
    const start = startOf(storeId);
    const progress = await admit(start);
    await shop.publish(pageOf(change, storeId));
    expect(await admit(start)).toEqual(progress);
    expect((await shop.events("orders", storeId)).map(({ type }) => type)).toEqual(["crema.order.admitted.v1"]);
    expect(await shop.places(storeId)).toEqual({ counted: 1, held: 1 });
  });

  test("the same order admitted by several at once is one order", async () => {
    const storeId = await shop.store({ capacity: 1 });
    const start = startOf(storeId);
    const all = await Promise.all(Array.from({ length: 6 }, () => admit(start)));
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(["choosing"]));
    expect(await shop.places(storeId)).toEqual({ counted: 1, held: 1 });
  });

  test("never lets in more than there are places, however many come at once", async () => {
    const storeId = await shop.store({ capacity: 7 });
    const all = await Promise.all(Array.from({ length: 25 }, () => admit(startOf(storeId))));
    expect(all.filter(({ state }) => state === "choosing")).toHaveLength(7);
    expect(all.filter(({ reason }) => reason === "full")).toHaveLength(18);
    expect(await shop.places(storeId)).toEqual({ counted: 7, held: 7 });
  });

  test("a queue that someone removed by hand is made anew from the orders that hold a place, whoever comes or goes next", async () => {
    const storeId = await shop.store({ capacity: 3 });
    const [first] = [await orderIn("queued", storeId), await orderIn("making", storeId)];
    const remove = () => shop.services.container("orders").item("queue", storeId).delete();
    await remove();
    await command(storeId, first.orderId, { command: "cancel" }, customer(first.customerId));
    expect(await shop.places(storeId)).toEqual({ counted: 1, held: 1 });
    const { version } = await queueOf(storeId);
    expect(version).toBeGreaterThan(1_000_000);
    await remove();
    const all = await Promise.all(Array.from({ length: 5 }, () => admit(startOf(storeId))));
    expect(all.filter(({ state }) => state === "choosing")).toHaveLength(2);
    expect(await shop.places(storeId)).toEqual({ counted: 3, held: 3 });
    expect((await queueOf(storeId)).version).toBeGreaterThanOrEqual(version);
  });

  test("a closed store refuses, and the refusal is an order that says why", async () => {
    const storeId = await shop.store({ open: false });
    const start = startOf(storeId);
    expect(await admit(start)).toEqual({ state: "refused", version: 1, reason: "closed" });
    expect((await oneOrder(storeId, start.orderId, () => true)).order).toMatchObject({
      state: "refused",
      end: { by: "system", reason: "closed" },
    });
    expect((await shop.events("orders", storeId)).map(({ type }) => type)).toEqual(["crema.order.refused.v1"]);
  });

  test("last orders and a pause refuse to the second, by what the page tells, and the refusal says when it is over", async () => {
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    const end = async (change: Partial<CatalogPage["store"]>) => {
      const storeId = await shop.store(change);
      const start = startOf(storeId);
      await admit(start);
      const { order } = await oneOrder(storeId, start.orderId, () => true);
      return order.end ?? order.state;
    };
    const over = { by: "system", reason: "closed" };
    expect(await end({ closesAt: new Date(Date.now() + 1000).toISOString() })).toBe("choosing");
    expect(await end({ closesAt: new Date().toISOString() })).toEqual(over);
    expect(await end({ open: false, opensAt: new Date().toISOString() })).toBe("choosing");
    expect(await end({ open: false, opensAt: at(86_400) })).toEqual({ ...over, opensAt: at(86_400) });
    expect(await end({ pausedUntil: at(86_400) })).toEqual({ ...over, opensAt: at(86_400) });
    expect(await end({ pausedUntil: new Date().toISOString() })).toBe("choosing");
  });

  test("a store that does not exist refuses, with nothing written", async () => {
    const start = startOf("nowhere");
    expect(await admit(start)).toEqual({ state: "refused", version: 0, reason: "unknown-store" });
    expect(await shop.events("orders", "nowhere")).toEqual([]);
  });

  test("a customer with an open order is pointed at it, also when they come twice at the same moment", async () => {
    const storeId = await shop.store();
    const customerId = newCustomerId();
    const starts = Array.from({ length: 4 }, () => startOf(storeId, customerId));
    const all = await Promise.all(starts.map((start) => admit(start)));
    expect(all.filter(({ state }) => state === "choosing")).toHaveLength(1);
    expect(all.filter(({ reason }) => reason === "limit")).toHaveLength(3);
    const open = starts[all.findIndex(({ state }) => state === "choosing")]?.orderId;
    const refused = starts[all.findIndex(({ state }) => state === "refused")]?.orderId ?? "";
    expect((await oneOrder(storeId, refused, () => true)).order.end).toMatchObject({
      reason: "limit",
      openOrderId: open,
    });
    await command(storeId, open ?? "", { command: "cancel" }, customer(customerId));
    expect((await admit(startOf(storeId, customerId))).state).toBe("choosing");
  });

  test("the day's limit counts what was served or may be, and begins again at the store's midnight", async () => {
    const storeId = await shop.store({ ordersPerDay: 2, openOrdersPerCustomer: 5 });
    const customerId = newCustomerId();
    const come = async () => {
      const start = startOf(storeId, customerId);
      return { ...(await admit(start)), orderId: start.orderId };
    };
    const first = await come();
    await command(storeId, first.orderId, { command: "cancel" }, customer(customerId));
    const served = await come();
    await command(storeId, served.orderId, { command: "submit", wish: espresso }, customer(customerId));
    await number({ storeId, orderId: served.orderId });
    await command(storeId, served.orderId, { command: "ready" }, ana);
    expect((await come()).state).toBe("choosing");
    const third = await come();
    expect(third.reason).toBe("limit");
    expect((await oneOrder(storeId, third.orderId, () => true)).order.end).toEqual({ by: "system", reason: "limit" });
    const limits = async () => {
      const page = await catalogPage(storeId);
      return limitsOf(page, customerId, (await ordersOf(storeId, customerId)).orders);
    };
    // Noon in Berlin: the store's day is over at its midnight, whatever the reader's clocks say.
    const day = { used: 2, most: 2, until: "2040-06-15T22:00:00.000Z" };
    expect(await limits()).toEqual({ open: { used: 1, most: 5 }, day });
    await shop.advance(12 * 3_600_000);
    expect((await limits()).day).toEqual({ ...day, used: 0, until: "2040-06-16T22:00:00.000Z" });
    expect((await come()).state).toBe("choosing");
    expect((await limits()).day?.used).toBe(1);
    const unlimited = await shop.store();
    expect(await limitsOf(await catalogPage(unlimited), customerId, [])).toEqual({ open: { used: 0, most: 1 } });
  });

  test("where the owner says so, the limits hold for no barista or admin: by what they are when they are let in", async () => {
    const storeId = await shop.store({ ordersPerDay: 1, staffWithoutLimits: true });
    const [phone, customerId, session] = ["+14255550199", newCustomerId(), `session:${randomUUID()}`];
    const identity = await container("identity");
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const signIn = (more = {}) =>
      identity.items.upsert({ id: session, kind: "session", customerId, phone, expiresAt, ttl: 86_400, ...more });
    const works = async (roles: string[], version: number) =>
      (await container("catalog")).items.upsert({
        id: "staff",
        storeId,
        version,
        people: [{ phone, name: "Ana", roles }],
      });
    const come = async () => (await admit(startOf(storeId, customerId))).state;
    await signIn();
    expect(await come()).toBe("choosing");
    expect(await come()).toBe("refused");
    // A display's number is nobody who makes coffee.
    await works(["display"], 1);
    expect(await come()).toBe("refused");
    await works(["display", "barista"], 2);
    expect(await come()).toBe("choosing");
    expect(await come()).toBe("choosing");
    await works([], 3);
    expect(await come()).toBe("refused");
    await works(["admin"], 4);
    await signIn({ endedAt: new Date().toISOString() });
    expect(await come()).toBe("refused");
    await signIn();
    expect(await come()).toBe("choosing");
    await shop.publish({
      ...(await catalogPage(storeId)),
      store: { ...(await catalogPage(storeId)).store, staffWithoutLimits: false },
    });
    expect(await come()).toBe("refused");
  });
});

describe("numbers", () => {
  test("given to many at once are all different and count from one", async () => {
    const storeId = await shop.store();
    const starts = await Promise.all(Array.from({ length: 15 }, () => orderIn("submitted", storeId)));
    const twice = [...starts, ...starts];
    await Promise.all(twice.map(({ orderId }) => number({ storeId, orderId })));
    const numbers = (await board(storeId)).orders.map((order) => order.number);
    expect(numbers).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
  });

  test("given to more at once than go into one transaction are all different too", async () => {
    const storeId = await shop.store({ capacity: 60 });
    const starts = await Promise.all(Array.from({ length: 60 }, () => orderIn("choosing", storeId)));
    const submitted = await Promise.all(
      starts.map(({ orderId, customerId }) =>
        command(storeId, orderId, { command: "submit", wish: latte }, customer(customerId)),
      ),
    );
    const numbers = submitted.map((order) => order.number ?? 0).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  test("given by several processes at once are all different too", async () => {
    // Another copy of the application, with turns of its own.
    vi.resetModules();
    const other = await import("../../../functions/orders/steps.ts");
    const storeId = await shop.store();
    const starts = await Promise.all(Array.from({ length: 12 }, () => orderIn("submitted", storeId)));
    // Its client is connected before it counts.
    await other.expire(starts[0] ?? expect.unreachable());
    await Promise.all(starts.map((start, index) => (index % 2 === 0 ? number : other.number)(start)));
    const numbers = (await board(storeId)).orders.map((order) => order.number);
    expect(numbers).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  });

  test("given to many at once are one write, and so is the next, of orders that this process wrote", async () => {
    const storeId = await shop.store();
    const starts = await Promise.all(Array.from({ length: 10 }, () => orderIn("submitted", storeId)));
    const late = await orderIn("submitted", storeId);
    const { meters } = shop.services.cosmos;
    const before = meters.requests;
    await Promise.all(starts.map((start) => number(start)));
    // The time zone, the numbers, and the write.
    expect(meters.requests - before).toBeLessThanOrEqual(2 + 2);
    const then = meters.requests;
    expect((await number(late)).numbered).toBe(true);
    expect(meters.requests - then).toBe(1);
  });

  test("come with the submission: one write for all who submit at once, and each is answered with its own", async () => {
    const storeId = await shop.store();
    const starts = await Promise.all(Array.from({ length: 10 }, () => orderIn("choosing", storeId)));
    const submit = ({ orderId, customerId }: (typeof starts)[number], key = "tap") =>
      command(storeId, orderId, { command: "submit", wish: latte, version: 1 }, customer(customerId), { key });
    const { meters } = shop.services.cosmos;
    const before = meters.requests;
    const all = await Promise.all(starts.map((start) => submit(start)));
    expect(all.map(({ state, version, number }) => [state, version, number])).toEqual(
      starts.map((_, at) => ["queued", 3, at + 1]),
    );
    // The menu, the time zone, the numbers, and two writes: of the first, and of those that came meanwhile.
    expect(meters.requests - before).toBeLessThanOrEqual(6);
    const [first = expect.unreachable()] = starts;
    expect(await submit(first)).toEqual(all[0]);
    expect(await number({ storeId, orderId: first.orderId })).toMatchObject({ state: "queued", numbered: true });
  });

  test("have no gap, whatever becomes of the orders while several processes give them", async () => {
    vi.resetModules();
    const other = await import("../../../functions/orders/steps.ts");
    const commands = { here: command, there: (await import("../../../functions/orders/commands.ts")).command };
    const fate = fc.constantFrom("here", "there", "cancel", "submits here", "submits there", "taps twice", "goes");
    const chance = fc.array(fate, { minLength: 2, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(chance, async (fates) => {
        const storeId = await shop.store({ capacity: 100 });
        const isNew = (fate = "") => fate.startsWith("submits") || fate === "taps twice" || fate === "goes";
        const starts = await Promise.all(fates.map((fate) => orderIn(isNew(fate) ? "choosing" : "submitted", storeId)));
        await Promise.all(
          starts.map(async (start, at) => {
            const { orderId, customerId } = start;
            const submit = (where: keyof typeof commands) =>
              commands[where](storeId, orderId, { command: "submit", wish: latte }, customer(customerId));
            if (fates[at] === "submits here") await submit("here");
            else if (fates[at] === "submits there") await submit("there");
            else if (fates[at] === "taps twice") {
              const both = await Promise.all([submit("here"), submit("there")]);
              expect(new Set(both.map((order) => order.number)).size).toBe(1);
            } else if (fates[at] === "goes") {
              const given = [submit("here"), command(storeId, orderId, { command: "cancel" }, customer(customerId))];
              for (const one of await Promise.allSettled(given))
                if (one.status === "rejected") expect(one.reason).toBeInstanceOf(Refusal);
            }
            if (isNew(fates[at])) return;
            const cancels = fates[at] === "cancel";
            await Promise.all([
              fates[at] === "here" ? number(start) : other.number(start),
              cancels && command(storeId, orderId, { command: "cancel" }, customer(customerId)),
            ]);
          }),
        );
        const orders = await shop.documents<Order>("orders", storeId, "order");
        const numbers = orders.flatMap(({ number }) => number ?? []).sort((a, b) => a - b);
        expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
        const stay = fates.filter((fate) => fate !== "cancel" && fate !== "goes");
        expect(numbers.length).toBeGreaterThanOrEqual(stay.length);
        for (const { state } of orders) expect(["queued", "cancelled"]).toContain(state);
        const events = await shop.events("orders", storeId);
        for (const { id, version, number } of orders) {
          const told = events
            .filter(({ correlationid }) => correlationid === id)
            .sort((a, b) => sequence(a) - sequence(b));
          expect(told.map(sequence)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
          expect(told.some(({ type }) => type === "crema.order.queued.v1")).toBe(number !== undefined);
        }
      }),
      { numRuns: 10 },
    );
  });

  test("of others are given though one asks for an order that is not there", async () => {
    const storeId = await shop.store();
    const start = await orderIn("submitted", storeId);
    const missing = { storeId, orderId: "0d4cf8f5-5c43-4c2c-9a63-0bd4a7f2a001" };
    const [good, bad] = await Promise.allSettled([number(start), number(missing)]);
    expect([good.status, bad.status]).toEqual(["fulfilled", "rejected"]);
    expect((await oneOrder(storeId, start.orderId, () => true)).order.number).toBe(1);
  });

  test("are given up, without a trace, where others are first again and again, and go on without a gap after that", async () => {
    const storeId = await shop.store();
    const [waits, chooses] = [await orderIn("submitted", storeId), await orderIn("choosing", storeId)];
    const { cosmos } = shop.services;
    const numbers = {
      id: "numbers",
      kind: "numbers",
      storeId,
      lastNumber: 0,
      day: businessDay(Date.now(), "Europe/Berlin"),
    };
    // Whenever a batch comes, somebody else has just written the numbers.
    let lost = 0;
    const undo = cosmos.faults.next({
      kind: "unavailable",
      matching: ({ operation, container }) => {
        if (operation !== "batch" || container !== "orders") return false;
        lost++;
        void cosmos.manage.save("crema", "orders", { ...numbers, lastNumber: lost });
        return false;
      },
    });
    const asks = [waits, chooses].map(({ orderId, customerId }, at) => {
      const submit = () => command(storeId, orderId, { command: "submit", wish: latte }, customer(customerId));
      return at === 0 ? () => number({ storeId, orderId }) : submit;
    });
    await expect(asks[0]?.()).rejects.toThrow("No numbers could be given in 20 rounds");
    expect((await problem(asks[1]?.() ?? expect.unreachable())).code).toBe("try-again");
    undo();
    const stateOf = async ({ orderId }: typeof waits) => (await oneOrder(storeId, orderId, () => true)).order;
    expect([(await stateOf(waits)).state, (await stateOf(chooses)).state]).toEqual(["submitted", "choosing"]);
    for (const ask of asks) await ask();
    expect([(await stateOf(waits)).number, (await stateOf(chooses)).number]).toEqual([lost + 1, lost + 2]);
  });

  test("begin again after the store's midnight", async () => {
    const storeId = await shop.store({ timeZone: "America/New_York" });
    await orderIn("queued", storeId);
    await orderIn("queued", storeId);
    await shop.advance(24 * 3_600_000);
    const { orderId } = await orderIn("queued", storeId);
    expect((await oneOrder(storeId, orderId, () => true)).order.number).toBe(1);
  });

  test("are not given to an order that was cancelled meanwhile", async () => {
    const storeId = await shop.store();
    const { orderId, customerId } = await orderIn("submitted", storeId);
    await command(storeId, orderId, { command: "cancel" }, customer(customerId));
    expect(await number({ storeId, orderId })).toMatchObject({ state: "cancelled" });
  });
});

describe("commands", () => {
  test("two baristas claim at once: one has it, the other is told who", async () => {
    const storeId = await shop.store();
    const { orderId } = await orderIn("queued", storeId);
    const claims = [ana, bo].map((barista) => command(storeId, orderId, { command: "claim" }, barista));
    const settled = await Promise.allSettled(claims);
    expect(settled.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const winner = settled[0]?.status === "fulfilled" ? "Ana" : "Bo";
    const lost = settled.find((one) => one.status === "rejected")?.reason as Refusal;
    expect(lost.problem).toMatchObject({ code: "order-held", order: { state: "making", barista: { name: winner } } });
    expect(lost.message).toContain(winner);
  });

  test("with the same key are answered as the first time, even after the order went on", async () => {
    const storeId = await shop.store();
    const { orderId, customerId } = await orderIn("choosing", storeId);
    const submit = (key: string) =>
      command(storeId, orderId, { command: "submit", wish: latte, version: 1 }, customer(customerId), { key });
    const first = await submit("tap-1");
    await number({ storeId, orderId });
    await command(storeId, orderId, { command: "claim" }, ana);
    await command(storeId, orderId, { command: "ready" }, ana);
    expect(await submit("tap-1")).toEqual(first);
    expect((await submit("tap-2")).state).toBe("ready");
  });

  test("with a key are told from those of another giver and from other commands, whatever keys these choose", async () => {
    const storeId = await shop.store();
    const { orderId } = await orderIn("queued", storeId);
    const key = "1";
    await command(storeId, orderId, { command: "claim" }, ana, { key });
    const held = { code: "order-held", order: { barista: { name: "Ana" } } };
    expect(await problem(command(storeId, orderId, { command: "claim" }, bo, { key }))).toMatchObject(held);
    expect(await command(storeId, orderId, { command: "ready" }, ana, { key })).toMatchObject({ state: "ready" });
  });

  test("are not told again to who may act on the order no more", async () => {
    const storeId = await shop.store();
    const { orderId } = await orderIn("queued", storeId);
    const claim = (as: Giver) => command(storeId, orderId, { command: "claim" }, as, { key: "tap" });
    await claim(ana);
    expect(await problem(claim({ ...ana, barista: false }))).toMatchObject({ code: "forbidden" });
  });

  test("at the same moment with the same key change the order once", async () => {
    const storeId = await shop.store();
    const { orderId } = await orderIn("queued", storeId);
    const options = { key: "tap" };
    const replies = await Promise.all(
      [1, 2, 3, 4].map(() => command(storeId, orderId, { command: "claim", version: 3 }, ana, options)),
    );
    expect(new Set(replies.map(({ version }) => version))).toEqual(new Set([4]));
  });

  test("go on in one request from what this process wrote; where another was first, from what that one wrote", async () => {
    vi.resetModules();
    const other = await import("../../../functions/orders/commands.ts");
    const storeId = await shop.store();
    const { orderId, customerId } = await orderIn("queued", storeId);
    const { meters } = shop.services.cosmos;
    const before = meters.requests;
    await command(storeId, orderId, { command: "claim" }, ana);
    expect(meters.requests - before).toBe(1);
    await other.command(storeId, orderId, { command: "release" }, ana);
    // By what is remembered here Ana makes it still: the write fails, or the refusal is looked at twice.
    expect(await command(storeId, orderId, { command: "claim" }, bo)).toMatchObject({ version: 6, state: "making" });
    await expect(other.command(storeId, orderId, { command: "claim" }, ana)).rejects.toMatchObject({
      problem: { code: "order-held", order: { version: 6 } },
    });
    await other.command(storeId, orderId, { command: "ready" }, bo);
    expect(await problem(command(storeId, orderId, { command: "release" }, bo))).toMatchObject({
      code: "order-state",
      order: { version: 7, state: "ready" },
    });
    await command(storeId, orderId, { command: "collect" }, ana);
    const late = other.command(storeId, orderId, { command: "cancel" }, customer(customerId));
    await expect(late).rejects.toMatchObject({ problem: { code: "order-state", order: { version: 8 } } });
    expect(await shop.places(storeId)).toEqual({ counted: 0, held: 0 });
  });

  test("from a screen that is behind are refused with the order as it is", async () => {
    const storeId = await shop.store();
    const { orderId } = await orderIn("making", storeId);
    const refused = await problem(command(storeId, orderId, { command: "ready", version: 3 }, ana));
    expect(refused).toMatchObject({ code: "order-version", status: 409, order: { version: 4, state: "making" } });
  });

  test("on somebody else's order find nothing; staff without the part are told so", async () => {
    const storeId = await shop.store();
    const { orderId, customerId } = await orderIn("queued", storeId);
    const stranger = customer(newCustomerId());
    expect((await problem(command(storeId, orderId, { command: "cancel" }, stranger))).status).toBe(404);
    expect((await problem(command(storeId, orderId, { command: "claim" }, stranger))).status).toBe(404);
    expect((await problem(command(storeId, orderId, { command: "claim" }, display))).status).toBe(403);
    expect((await problem(command(storeId, orderId, { command: "claim" }, customer(customerId)))).status).toBe(403);
  });

  test("cannot reach other documents of the partition by their ids", async () => {
    const storeId = await shop.store();
    const { orderId, customerId } = await orderIn("queued", storeId);
    for (const id of ["queue", `customer:${customerId}`, `${orderId}-1`, "a/b", ""]) {
      expect((await problem(command(storeId, id, { command: "claim" }, ana))).status).toBe(404);
      expect((await problem(oneOrder(storeId, id, () => true))).status).toBe(404);
    }
  });

  test("with options that the drink does not have name them", async () => {
    const storeId = await shop.store();
    const { orderId, customerId } = await orderIn("choosing", storeId);
    const wish = { drinkId: "drink:latte", options: { milk: ["almond"] } };
    const refused = await problem(command(storeId, orderId, { command: "submit", wish }, customer(customerId)));
    expect(refused).toMatchObject({ code: "bad-option", status: 400, errors: [{ path: "options.milk[0]" }] });
    expect(await stateOf(storeId, orderId)).toBe("choosing");
  });
});

test("a place is given back once: when the order is ready, not again when it is collected", async () => {
  const storeId = await shop.store();
  await orderIn("queued", storeId);
  const { orderId } = await orderIn("ready", storeId);
  expect(await shop.places(storeId)).toEqual({ counted: 1, held: 1 });
  await command(storeId, orderId, { command: "collect" }, ana);
  await command(storeId, orderId, { command: "collect" }, ana);
  expect(await shop.places(storeId)).toEqual({ counted: 1, held: 1 });
});

test("what a customer has open is right whichever of several is over first, and the day's count with it", async () => {
  const storeId = await shop.store({ openOrdersPerCustomer: 3, ordersPerDay: 5 });
  const customerId = newCustomerId();
  const orders = Array.from({ length: 3 }, () => startOf(storeId, customerId));
  for (const start of orders) await admit(start);
  const [first, second, third] = orders.map(({ orderId }) => orderId) as [string, string, string];
  const theirs = async () => {
    const [{ open, count } = expect.unreachable()] = await shop.documents<Customer>("orders", storeId, "customer");
    return { open, count };
  };
  const cancel = (id: string) => command(storeId, id, { command: "cancel" }, customer(customerId));
  await cancel(second);
  expect(await theirs()).toEqual({ open: [first, third], count: 2 });
  await cancel(first);
  expect(await theirs()).toEqual({ open: [third], count: 1 });
  // On the next day one of the day before is taken from no count.
  await shop.advance(24 * 60 * 60_000);
  const next = startOf(storeId, customerId);
  await admit(next);
  expect(await theirs()).toEqual({ open: [third, next.orderId], count: 1 });
  await expire({ storeId, orderId: third });
  expect(await theirs()).toEqual({ open: [next.orderId], count: 1 });
  await cancel(next.orderId);
  expect(await theirs()).toEqual({ open: [], count: 0 });
  expect(await shop.places(storeId)).toEqual({ counted: 0, held: 0 });
});

test("what was served is crossed off when it would stand in the way, and one that is back at the bar then does so", async () => {
  const storeId = await shop.store({ openOrdersPerCustomer: 1, ordersPerDay: 5 });
  const served = await orderIn("ready", storeId);
  const { customerId } = served;
  const theirs = async () => (await shop.documents<Customer>("orders", storeId, "customer"))[0];
  expect(await theirs()).toMatchObject({ open: [served.orderId], count: 1 });
  await command(storeId, served.orderId, { command: "recall" }, ana);
  const refused = startOf(storeId, customerId);
  expect(await admit(refused)).toMatchObject({ state: "refused", reason: "limit" });
  expect((await oneOrder(storeId, refused.orderId, () => true)).order.end?.openOrderId).toBe(served.orderId);
  await command(storeId, served.orderId, { command: "ready" }, ana);
  // A recall at the very moment in which they are let in anew: either is first, and nothing that holds a place is left out.
  const next = startOf(storeId, customerId);
  const [back] = await Promise.all([command(storeId, served.orderId, { command: "recall" }, ana), admit(next)]);
  expect(back.state).toBe("making");
  const orders = await shop.documents<Order>("orders", storeId, "order");
  const active = orders.filter(({ state }) => isActive(state)).map(({ id }) => id);
  expect((await theirs())?.open.toSorted()).toEqual(active.toSorted());
});

describe("changes that come at once", () => {
  test("are one write, and the one that another process was before keeps none of the others from theirs", async () => {
    vi.resetModules();
    const other = await import("../../../functions/orders/commands.ts");
    const storeId = await shop.store();
    const starts = await Promise.all(Array.from({ length: 10 }, () => orderIn("making", storeId)));
    const ids = starts.map(({ orderId }) => orderId);
    const [, , , elsewhere = ""] = ids;
    await other.command(storeId, elsewhere, { command: "release" }, ana);
    const { meters } = shop.services.cosmos;
    const before = meters.requests;
    const ready = await Promise.all(ids.map((id) => command(storeId, id, { command: "ready" }, ana)));
    expect(ready.map(({ state }) => state)).toEqual(ids.map(() => "ready"));
    expect(ready[3]?.version).toBe(6);
    // The first by itself, the others with the one that fails, without it, and that one once it was read; the settings were asked for before.
    expect(meters.requests - before).toBeLessThanOrEqual(1 + 2 + 2 + 1);
    expect(await queueOf(storeId)).toMatchObject({ active: 0, version: 20 });
    expect(await shop.places(storeId)).toEqual({ counted: 0, held: 0 });
  });

  test("take the places that others give back in the same write, and no more than there are", async () => {
    const storeId = await shop.store({ capacity: 5 });
    const here = await Promise.all(Array.from({ length: 5 }, () => orderIn("making", storeId)));
    const come = Array.from({ length: 7 }, () => startOf(storeId));
    const [, ...goes] = here.map(
      ({ orderId }) =>
        () =>
          command(storeId, orderId, { command: "ready" }, ana),
    );
    const all = await Promise.all([...come.map((start) => admit(start)), ...goes.map((go) => go())]);
    const states = all.map(({ state }) => state);
    const admitted = states.filter((state) => state === "choosing").length;
    expect(admitted).toBeLessThanOrEqual(4);
    expect(admitted + states.filter((state) => state === "refused").length).toBe(7);
    expect(await shop.places(storeId)).toEqual({ counted: 1 + admitted, held: 1 + admitted });
  });
});

describe("what was cancelled by mistake", () => {
  const cancel = { command: "cancel", note: "sorry" } as const;
  const openOf = async (storeId: string, { customerId }: { customerId: string }) =>
    (await shop.documents<Customer>("orders", storeId, "customer")).find(({ id }) => id.endsWith(customerId));

  test("comes back into the queue with its number and counts for its customer again, once", async () => {
    const storeId = await shop.store();
    const start = await orderIn("making", storeId);
    await command(storeId, start.orderId, cancel, ana);
    expect(await openOf(storeId, start)).toMatchObject({ open: [], count: 0 });
    const back = await Promise.all([1, 2].map(() => command(storeId, start.orderId, { command: "recall" }, bo)));
    expect(back.map(({ state, number }) => [state, number])).toEqual([
      ["queued", 1],
      ["queued", 1],
    ]);
    expect(await shop.places(storeId)).toEqual({ counted: 1, held: 1 });
    expect(await openOf(storeId, start)).toMatchObject({ open: [start.orderId], count: 1 });
  });

  test("stays so when there is no place, however many try; what is not ready after all has its place in any case", async () => {
    const storeId = await shop.store({ capacity: 3 });
    const all = await Promise.all([1, 2, 3].map(() => orderIn("queued", storeId)));
    for (const { orderId } of all) await command(storeId, orderId, cancel, ana);
    const ready = await orderIn("ready", storeId);
    await orderIn("queued", storeId);
    const outcomes = await Promise.allSettled(
      all.map(({ orderId }) => command(storeId, orderId, { command: "recall" }, ana)),
    );
    const refused = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason as Refusal] : []));
    expect(refused.map(({ problem: { code, order } }) => [code, order?.state])).toEqual([["queue-full", "cancelled"]]);
    expect(await shop.places(storeId)).toEqual({ counted: 3, held: 3 });
    await command(storeId, ready.orderId, { command: "recall" }, ana);
    expect(await shop.places(storeId)).toEqual({ counted: 4, held: 4 });
    const { state } = await admit(startOf(storeId));
    expect(state).toBe("refused");
  });
});

describe("time", () => {
  test("is over for the customer, then for the barista, and not before", async () => {
    const storeId = await shop.store();
    const choosing = await orderIn("choosing", storeId);
    const making = await orderIn("making", storeId);
    await shop.advance(5 * 60_000 - 3_000);
    expect(await expire(choosing)).toMatchObject({ state: "choosing" });
    await shop.advance(2_000);
    expect(await expire(choosing)).toMatchObject({ state: "expired" });
    expect(await expire(making)).toMatchObject({ state: "making" });
    await shop.advance(10 * 60_000);
    expect(await expire(making)).toMatchObject({ state: "expired" });
    expect(await expire(making)).toMatchObject({ state: "expired" });
    expect(await shop.places(storeId)).toEqual({ counted: 0, held: 0 });
  });

  test("against a submit at the same moment: one of them wins, and the place is right", async () => {
    const storeId = await shop.store({ capacity: 50, openOrdersPerCustomer: 9 });
    const starts = await Promise.all(Array.from({ length: 10 }, () => orderIn("choosing", storeId)));
    await shop.advance(5 * 60_000);
    await Promise.all(
      starts.map(async (start, index) => {
        const submit = () =>
          command(storeId, start.orderId, { command: "submit", wish: latte }, customer(start.customerId)).catch(
            () => {},
          );
        const both = [submit, () => expire(start)];
        await Promise.all((index % 2 === 0 ? both : both.reverse()).map((one) => one()));
      }),
    );
    const states = new Set(await Promise.all(starts.map(({ orderId }) => stateOf(storeId, orderId))));
    expect([...states].every((state) => state === "submitted" || state === "expired")).toBe(true);
    const { counted, held } = await shop.places(storeId);
    expect(counted).toBe(held);
  });
});

describe("what people see", () => {
  test("the board: what is to be made, oldest first, then what waits to be fetched, however long", async () => {
    const storeId = await shop.store();
    const old = await orderIn("ready", storeId);
    await shop.advance(60 * 60_000 + 1);
    const making = await orderIn("making", storeId);
    await shop.advance(1000);
    const queued = await orderIn("queued", storeId);
    await shop.advance(1000);
    const ready = await orderIn("ready", storeId);
    const submitted = await orderIn("submitted", storeId);
    await orderIn("choosing", storeId);
    const { orders, queue } = await board(storeId);
    expect(orders.map(({ id }) => id)).toEqual([making, queued, submitted, old, ready].map(({ orderId }) => orderId));
    expect(queue.active).toBe(4);
    expect(Object.keys(orders[0] ?? {})).not.toContain("keys");
  });

  test("how many are ahead, of those queued in the same millisecond too", async () => {
    const storeId = await shop.store();
    const first = await orderIn("making", storeId);
    const second = await orderIn("queued", storeId);
    const third = await orderIn("queued", storeId);
    const ahead = async (orderId: string) => (await oneOrder(storeId, orderId, () => true)).ahead;
    expect(await Promise.all([first, second, third].map(({ orderId }) => ahead(orderId)))).toEqual([undefined, 1, 2]);
    await command(storeId, first.orderId, { command: "ready" }, ana);
    expect(await ahead(third.orderId)).toBe(1);
  });

  test("how long it takes, once three were made: of what is ordered now, and of one's own as it comes closer", async () => {
    const storeId = await shop.store();
    const waits = async (orderId: string) => ({
      now: (await queueAndWait(storeId)).wait,
      board: (await board(storeId)).wait,
      own: (await oneOrder(storeId, orderId, () => true)).wait,
    });
    const first = await orderIn("making", storeId);
    expect(await waits(first.orderId)).toEqual({ now: undefined, board: undefined, own: undefined });
    await shop.advance(2 * 60_000);
    await command(storeId, first.orderId, { command: "ready" }, ana);
    for (let n = 0; n < 3; n++) {
      const { orderId } = await orderIn("making", storeId);
      await shop.advance(2 * 60_000);
      await command(storeId, orderId, { command: "ready" }, ana);
    }
    expect(await waits(first.orderId)).toEqual({ now: { from: 1, to: 3 }, board: { from: 1, to: 3 }, own: undefined });
    const orders = [];
    for (let n = 0; n < 4; n++) orders.push((await orderIn("queued", storeId)).orderId);
    const last = orders.at(-1) ?? "";
    expect(await waits(last)).toMatchObject({ now: { from: 7 }, own: { from: 6 } });
    await command(storeId, last, { command: "claim" }, ana);
    expect((await waits(last)).own).toEqual({ from: 1, to: 3 });
    await shop.advance(3_600_000);
    expect((await waits(last)).own).toBeUndefined();
  });

  test("a customer's own orders, newest first and no more than twenty", async () => {
    const storeId = await shop.store({ open: false });
    const customerId = newCustomerId();
    const ids: string[] = [];
    for (let n = 0; n < 22; n++) {
      const start = startOf(storeId, customerId);
      await admit(start);
      ids.unshift(start.orderId);
      await shop.advance(1000);
    }
    await admit(startOf(storeId));
    expect((await ordersOf(storeId, customerId)).orders.map(({ id }) => id)).toEqual(ids.slice(0, 20));
  });

  test("an order is found by its customer and staff, by nobody else", async () => {
    const storeId = await shop.store();
    const { orderId } = await orderIn("queued", storeId);
    expect((await problem(oneOrder(storeId, orderId, () => false))).status).toBe(404);
    const other = await shop.store();
    expect((await problem(oneOrder(other, orderId, () => true))).status).toBe(404);
  });
});

test("every change tells its event once, valid, in sequence, and led back to what began it", async () => {
  const storeId = await shop.store();
  const { orderId } = await orderIn("ready", storeId);
  const call = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  await command(storeId, orderId, { command: "collect" }, bo, { traceparent: call });
  const events = (await shop.events("orders", storeId)).sort((a, b) => (a.sequence < b.sequence ? -1 : 1));
  const steps = ["admitted", "submitted", "queued", "claimed", "ready", "collected"];
  expect(events.map(({ type }) => type)).toEqual(steps.map((step) => `crema.order.${step}.v1`));
  expect(events.map(({ id }) => id)).toEqual(steps.map((_, index) => `${orderId}-${index + 1}`));
  for (const event of events) expect(parseEvent(event)).not.toHaveProperty("problems");
  expect(events.map(({ correlationid }) => correlationid)).toEqual(steps.map(() => orderId));
  const before = events.map(({ id }) => id).slice(0, -1);
  expect(events.map(({ causationid }) => causationid)).toEqual(["scan", ...before]);
  // This order began outside any trace; then the event belongs to that of the call.
  expect(events[5]?.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
});

test("whatever people do at once: places are those of the active orders, and each order has one history", async () => {
  const give = fc.record({
    order: fc.nat(3),
    kind: fc.constantFrom(
      "submit",
      "number",
      "claim",
      "release",
      "ready",
      "collect",
      "cancel",
      "recall",
      "call",
      "give-up",
      "expire",
      "admit",
    ),
    by: fc.constantFrom(ana, bo),
  });
  const rounds = fc.array(fc.array(give, { minLength: 1, maxLength: 6 }), { minLength: 4, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(rounds, fc.integer({ min: 1, max: 4 }), async (all, capacity) => {
      const storeId = await shop.store({ capacity });
      const starts = Array.from({ length: 4 }, () => startOf(storeId));
      const run = async ({ order, kind, by }: { order: number; kind: string; by: Giver }) => {
        const start = starts[order];
        if (start === undefined) throw new Error("no such order");
        if (kind === "admit") await admit(start);
        else if (kind === "number") await number(start);
        else if (kind === "expire") await expire(start);
        else {
          const owner = kind === "submit" ? customer(start.customerId) : by;
          const given = (
            kind === "submit" ? { command: kind, wish: latte } : { command: kind, note: "sorry" }
          ) as Given;
          await command(storeId, start.orderId, given, owner);
        }
      };
      await Promise.all(starts.map((start) => admit(start)));
      for (const together of all) {
        const done = await Promise.allSettled(together.map(run));
        const broken = done.filter((one) => one.status === "rejected" && !(one.reason instanceof Refusal));
        expect(broken).toEqual([]);
        await shop.advance(60_000);
      }
      const { counted, held } = await shop.places(storeId);
      expect(counted).toBe(held);
      const orders = await shop.documents<Order>("orders", storeId, "order");
      // What was said to be ready and is not has its place in any case.
      const early = orders.filter(
        ({ state, recalled }) => isActive(state) && recalled?.at(-1)?.from === "ready",
      ).length;
      expect(counted).toBeLessThanOrEqual(capacity + early);
      const events = await shop.events("orders", storeId);
      for (const order of orders) {
        const versions = events.filter(({ correlationid }) => correlationid === order.id).map(sequence);
        expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: order.version }, (_, index) => index + 1));
      }
      const open = await shop.documents<{ open: string[] }>("orders", storeId, "customer");
      const active = orders.filter(({ state }) => isActive(state)).map(({ id }) => id);
      expect(open.flatMap((one) => one.open)).toEqual(expect.arrayContaining(active));
    }),
    { numRuns: 12 },
  );
});

const sequence = (event: CremaEvent) => Number(event.sequence);

test("settings are those of the moment: a store that closes lets those inside go on", async () => {
  const storeId = await shop.store();
  const { orderId, customerId } = await orderIn("choosing", storeId);
  await shop.publish(pageOf({ open: false, makingMinutes: 30 }, storeId));
  await command(storeId, orderId, { command: "submit", wish: latte }, customer(customerId));
  const { deadline } = await number({ storeId, orderId });
  expect(Date.parse(deadline ?? "") - Date.now()).toBe(30 * 60_000);
});
