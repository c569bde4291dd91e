import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CatalogPage } from "../../../contracts/catalog.ts";
import { parseEvent } from "../../../contracts/events.ts";
import { isActive } from "../../../contracts/order-states.ts";
import { admit } from "../../../functions/orders/admit.ts";
import { command, type Given, type Giver } from "../../../functions/orders/commands.ts";
import type { Customer } from "../../../functions/orders/customer.ts";
import { withName, withNames } from "../../../functions/orders/names.ts";
import type { Order } from "../../../functions/orders/order.ts";
import { place as placed } from "../../../functions/orders/place.ts";
import { board, oneOrder } from "../../../functions/orders/queries.ts";
import { expire } from "../../../functions/orders/steps.ts";
import { storyOf } from "../../../functions/orders/story.ts";
import { startOf as workflowStartOf } from "../../../functions/orders/workflow.ts";
import { Refusal } from "../../../functions/platform/refusal.ts";
import { espresso, latte, newCustomerId, pageOf, Shop, startOf } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

const ana: Giver = { customerId: "barista-ana-000001", name: "Ana", barista: true, admin: false, staff: true };
const bo: Giver = { customerId: "barista-bo-0000001", name: "Bo", barista: true, admin: false, staff: true };

const place = async (...wished: Parameters<typeof placed>) => (await placed(...wished)).order;

/** The problem that a request is refused with. */
const problem = (reply: Promise<unknown>) =>
  reply.then(
    () => expect.unreachable("was not refused"),
    (error) => (error instanceof Refusal ? error.problem : Promise.reject(error)),
  );
const typesOf = async (storeId: string) =>
  (await shop.events("orders", storeId)).map(({ type }) => type.split(".")[2]).sort();

describe("an order at the counter", () => {
  test("is in the queue with its number at once, tells the same three facts as any, and who placed it", async () => {
    const storeId = await shop.store();
    const order = await place(storeId, latte, undefined, ana);
    expect(order).toMatchObject({
      state: "queued",
      number: 1,
      version: 3,
      counter: { named: false },
      customerId: `counter-${order.id}`,
      drink: { id: "drink:latte" },
      options: [{ choice: "oat" }],
      deadline: "2040-06-15T10:20:30.000Z",
    });
    expect(await shop.places(storeId)).toEqual({ counted: 1, held: 1 });
    const events = await shop.events("orders", storeId);
    expect(await typesOf(storeId)).toEqual(["admitted", "queued", "submitted"]);
    for (const event of events) expect(parseEvent(event)).toHaveProperty("event");
    const { steps, whole } = await storyOf(storeId, order.id, () => true);
    expect(whole).toBe(true);
    expect(steps.map(({ what, who }) => [what, who.part, who.name])).toEqual([
      ["admitted", "counter", "Ana"],
      ["submitted", "counter", "Ana"],
      ["queued", "workflow", undefined],
    ]);
    // Nobody has it among their own.
    expect(await shop.documents<Customer>("orders", storeId, "customer")).toEqual([]);
  });

  test.each<[string, Partial<CatalogPage["store"]>, string]>([
    ["the store is closed", { open: false }, "store-closed"],
    ["it is past last orders", { closesAt: "2040-06-15T10:05:30.000Z" }, "store-closed"],
    ["the store is paused", { pausedUntil: "2040-06-15T10:15:00.000Z" }, "store-paused"],
  ])("is refused while %s, unless the owner lets baristas decide", async (_, change, code) => {
    const storeId = await shop.store(change);
    expect((await problem(place(storeId, latte, "Mia", ana))).code).toBe(code);
    expect(await shop.documents("orders", storeId, "order")).toEqual([]);
    expect(await typesOf(storeId)).toEqual([]);
    await shop.publish(pageOf({ ...change, counterWhileShut: true }, storeId));
    expect((await place(storeId, latte, "Mia", ana)).state).toBe("queued");
    // That a store is closed for good is not for baristas to decide.
    const retired = { open: false, retiredAt: "2040-06-15T10:00:00.000Z", counterWhileShut: true };
    await shop.publish(pageOf(retired, storeId));
    expect((await problem(place(storeId, latte, "Mia", ana))).code).toBe("store-closed");
  });

  test("finds no place in a full queue, unless the owner lets the counter go beyond it; phones do not get in then", async () => {
    const storeId = await shop.store({ capacity: 1 });
    await place(storeId, espresso, undefined, ana);
    expect(await problem(place(storeId, espresso, "Mia", ana))).toMatchObject({ code: "queue-full", status: 409 });
    expect(await shop.documents("orders", storeId, "name")).toEqual([]);
    await shop.publish(pageOf({ capacity: 1, counterBeyondCapacity: true }, storeId));
    expect((await place(storeId, espresso, undefined, ana)).number).toBe(2);
    expect(await admit(startOf(storeId))).toMatchObject({ state: "refused", reason: "full" });
    expect(await shop.places(storeId)).toEqual({ counted: 2, held: 2 });
  });

  test("is of what there is: sold out, not on the menu and options that do not fit are said", async () => {
    const storeId = await shop.store();
    const wishes: [typeof latte | typeof espresso, string][] = [
      [{ drinkId: "drink:cortado", options: {} }, "drink-unavailable"],
      [{ drinkId: "drink:tea", options: {} }, "drink-unavailable"],
      [{ drinkId: "drink:latte", options: { milk: ["yak"] } }, "bad-option"],
    ];
    for (const [wish, code] of wishes) expect((await problem(place(storeId, wish, undefined, ana))).code).toBe(code);
    expect(await shop.documents("orders", storeId, "order")).toEqual([]);
    expect((await problem(place("nowhere", latte, undefined, ana))).code).toBe("unknown-store");
  });

  test("placed again with the same key is the same order, answered as the first time, whatever has changed", async () => {
    const storeId = await shop.store({ capacity: 1 });
    const key = randomUUID();
    const all = await Promise.all([1, 2, 3].map(() => place(storeId, latte, "Mia", ana, { key })));
    expect(new Set(all.map(({ id, number }) => `${id} ${number}`)).size).toBe(1);
    const [first = expect.unreachable()] = all;
    expect(await shop.places(storeId)).toEqual({ counted: 1, held: 1 });
    await command(storeId, first.id, { command: "claim" }, bo);
    expect(await place(storeId, latte, "Mia", ana, { key })).toEqual(first);
    await shop.publish(pageOf({ open: false }, storeId));
    expect(await place(storeId, latte, "Mia", ana, { key })).toEqual(first);
    await shop.publish({ ...pageOf({ capacity: 5 }, storeId), menu: [] });
    expect(await place(storeId, latte, "Mia", ana, { key })).toEqual(first);
    await shop.publish(pageOf({ capacity: 5 }, storeId));
    // Whatever is wished for by then: who asks has to look at what they have.
    expect(await placed(storeId, espresso, undefined, ana, { key })).toEqual({ order: first, known: true });
    expect(await placed(storeId, latte, "Mia", ana, { key: randomUUID() })).toMatchObject({ known: false });
    // Of somebody else it is another.
    expect((await place(storeId, latte, "Mia", bo, { key })).id).not.toBe(first.id);
  });

  test("that was refused is stored under no key: with the same one it is placed when it can be, as it is wished for then", async () => {
    const storeId = await shop.store({ capacity: 1 });
    const { id } = await place(storeId, latte, undefined, ana);
    const key = randomUUID();
    expect((await problem(place(storeId, latte, "Mia", ana, { key }))).code).toBe("queue-full");
    expect((await problem(place(storeId, { drinkId: "drink:tea", options: {} }, "Mia", ana, { key }))).code).toBe(
      "drink-unavailable",
    );
    await command(storeId, id, { command: "ready" }, ana);
    const { order, known } = await placed(storeId, espresso, undefined, ana, { key });
    expect([order.drink?.id, order.counter, known]).toEqual([espresso.drinkId, { named: false }, false]);
    expect(await place(storeId, latte, "Mia", ana, { key })).toEqual(order);
  });

  test("never lets the queue overrun, and no place leaks, however counter and phones come and go at once", async () => {
    const comes = fc.constantFrom("counter", "phone");
    const goes = fc.constantFrom("ready", "cancel", "expire", "recall", "stay");
    const plan = fc.record({
      capacity: fc.integer({ min: 1, max: 5 }),
      rounds: fc.array(fc.array(fc.tuple(comes, goes), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ capacity, rounds }) => {
        const storeId = await shop.store({ capacity });
        const give = (id: string, given: Given) =>
          command(storeId, id, given, ana).catch((error) => {
            if (!(error instanceof Refusal)) throw error;
          });
        for (const round of rounds) {
          const letIn = await Promise.all(
            round.map(async ([who, then]) => {
              if (who === "phone") {
                const start = startOf(storeId, newCustomerId());
                return (await admit(start)).state === "choosing" ? { id: start.orderId, then, phone: true } : undefined;
              }
              const order = await place(storeId, latte, "Mia", ana).catch(() => undefined);
              return order && { id: order.id, then, phone: false };
            }),
          );
          const { counted, held } = await shop.places(storeId);
          expect(counted).toBe(held);
          expect(held).toBeLessThanOrEqual(capacity);
          await Promise.all(
            letIn.map(async (one) => {
              if (one === undefined || one.phone) return;
              if (one.then === "ready") await give(one.id, { command: "ready" });
              if (one.then === "cancel" || one.then === "recall") await give(one.id, { command: "cancel", note: "No" });
              if (one.then === "recall") await give(one.id, { command: "recall" });
              if (one.then === "expire") await expire({ storeId, orderId: one.id });
            }),
          );
          const after = await shop.places(storeId);
          expect(after.counted).toBe(after.held);
          expect(after.held).toBeLessThanOrEqual(capacity);
        }
        const orders = await shop.documents<Order>("orders", storeId, "order");
        const numbers = orders.flatMap(({ number }) => number ?? []).sort((a, b) => a - b);
        expect(numbers).toEqual(numbers.map((_, at) => at + 1));
        const customers = await shop.documents<Customer>("orders", storeId, "customer");
        expect(customers.filter(({ id }) => id.includes("counter"))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  test("goes the way of all: made, taken back, not fetched, out of time; nobody but the bar may touch it", async () => {
    const storeId = await shop.store();
    const { id } = await place(storeId, latte, undefined, ana);
    const stranger: Giver = { customerId: `counter-${id}`, barista: false, admin: false, staff: false };
    const submit: Given = { command: "submit", wish: espresso };
    expect((await problem(command(storeId, id, submit, ana))).code).toBe("forbidden");
    expect((await problem(command(storeId, id, { command: "cancel" }, stranger))).code).toBe("not-found");
    const give = (name: Exclude<Given["command"], "submit" | "cancel">) => command(storeId, id, { command: name }, bo);
    await give("claim");
    await give("ready");
    await give("recall");
    expect(await shop.places(storeId)).toEqual({ counted: 1, held: 1 });
    await give("ready");
    expect((await give("call")).calledAt).toBeDefined();
    expect((await give("give-up")).state).toBe("uncollected");
    const late = await place(storeId, latte, undefined, ana);
    await shop.advance(15 * 60_000);
    expect((await expire({ storeId, orderId: late.id })).state).toBe("expired");
    expect(await shop.places(storeId)).toEqual({ counted: 0, held: 0 });
    expect(await shop.documents<Customer>("orders", storeId, "customer")).toEqual([]);
  });

  test("whose workflow is gone gets one that goes on from where it stands, with no scan to give back", async () => {
    const storeId = await shop.store();
    const { id } = await place(storeId, latte, undefined, ana);
    const [document = expect.unreachable()] = await shop.documents<Order>("orders", storeId, "order");
    const { deadline } = document;
    const from = { state: "queued", version: 3, deadline, numbered: true };
    expect(workflowStartOf(document)).toEqual({ orderId: id, storeId, from });
    const { number: _, queuedAt: __, ...young } = document;
    expect(workflowStartOf({ ...young, state: "submitted", version: 2 })).toMatchObject({
      from: { state: "submitted" },
    });
  });
});

describe("the name for the cup", () => {
  test("is for staff alone, stands in no event, and is gone with the day", async () => {
    const storeId = await shop.store();
    const { id } = await place(storeId, latte, "Mia", ana);
    await place(storeId, espresso, undefined, ana);
    const orders = await shop.documents<Order>("orders", storeId, "order");
    const events = await shop.documents("orders", storeId, "event");
    expect(events).toHaveLength(6);
    expect(JSON.stringify([orders, events])).not.toContain("Mia");
    expect((await withNames(await board(storeId))).names).toEqual({ [id]: "Mia" });
    const one = await oneOrder(storeId, id, () => true);
    expect((await withName(one)).name).toBe("Mia");
    // Until midnight in Berlin, and not much longer.
    await shop.advance(11 * 3_600_000);
    expect((await withName(one)).name).toBe("Mia");
    await shop.advance(3 * 3_600_000);
    expect((await withName(one)).name).toBeUndefined();
    expect((await withNames(await board(storeId))).names).toEqual({});
    expect(await shop.documents("orders", storeId, "name")).toEqual([]);
  });

  test("of an order just before midnight stays for as long as the cup may be waited for", async () => {
    const storeId = await shop.store({ timeZone: "Europe/Berlin" });
    const minute = 60_000;
    const toMidnight = (Date.parse("2040-06-16T22:00:00Z") - Date.now()) % (24 * 60 * minute);
    await shop.advance(toMidnight - minute);
    const { id } = await place(storeId, latte, "Mia", ana);
    const named = async () => (await withName(await oneOrder(storeId, id, () => true))).name;
    await shop.advance(60 * minute);
    expect(await named()).toBe("Mia");
    await shop.advance(20 * minute);
    expect(await named()).toBeUndefined();
  });

  test("is asked for only where one was given", async () => {
    const storeId = await shop.store();
    await place(storeId, latte, undefined, ana);
    const whole = await board(storeId);
    const { meters } = shop.services.cosmos;
    const before = meters.requests;
    expect(await withNames(whole)).toBe(whole);
    expect(meters.requests).toBe(before);
    expect(whole.orders.every(({ state }) => isActive(state))).toBe(true);
  });
});
