import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OrdersQuery } from "../../../contracts/http.ts";
import { orderStates } from "../../../contracts/order-states.ts";
import { historyOf } from "../../../functions/orders/history.ts";
import { type Order, viewOf } from "../../../functions/orders/order.ts";
import { Refusal } from "../../../functions/platform/refusal.ts";
import { noon, Shop } from "./shop.ts";
import { chanceOf } from "./simulated-day.ts";

let shop: Shop;
let storeId = "";
const orders: Order[] = [];
const people = [
  { id: "barista-ana-000001", name: "Ana" },
  { id: "barista-bo-0000001", name: "Bo" },
];
const drinks = ["drink:latte", "drink:espresso"];

beforeAll(async () => {
  shop = await Shop.open();
  storeId = await shop.store();
  const random = chanceOf(7);
  const one = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)] as T;
  for (let n = 0; n < 240; n++) {
    // Some come in the same millisecond.
    const createdAt = new Date(noon - Math.floor(n / 3) * 3_600_000).toISOString();
    const drink = random() < 0.9 ? one(drinks) : undefined;
    const barista = random() < 0.7 ? one(people) : undefined;
    const order: Order = {
      id: randomUUID(),
      kind: "order",
      storeId,
      customerId: "customer-0000000001",
      version: 3,
      state: one(orderStates),
      day: createdAt.slice(0, 10),
      createdAt,
      changedAt: createdAt,
      start: { window: createdAt, causationid: "scan" },
      keys: [],
      ttl: 7_776_000,
      ...(drink && { drink: { id: drink, name: drink.slice(6), icon: "cup" }, number: 1 + (n % 40) }),
      ...(barista && { barista }),
    };
    orders.push(order);
    await shop.services.container("orders").items.create(order);
  }
});
afterAll(() => shop.close());

const problem = (reply: Promise<unknown>) =>
  reply.then(
    () => expect.unreachable("was not refused"),
    (error) => (error instanceof Refusal ? error.problem : Promise.reject(error)),
  );

/** All pages of a list, and their sizes. */
async function all(filters: OrdersQuery) {
  const pages = [await historyOf(storeId, filters)];
  for (let next = pages[0]?.continuation; next !== undefined; next = pages.at(-1)?.continuation)
    pages.push(await historyOf(storeId, { ...filters, continuation: next }));
  return { orders: pages.flatMap((page) => page.orders), sizes: pages.map((page) => page.orders.length) };
}

/** The same by a plain look at every order. */
function plain({ day, from, to, state, drink, number, barista }: OrdersQuery): string[] {
  return orders
    .filter(
      (order) =>
        (day === undefined || order.day === day) &&
        (from === undefined || Date.parse(order.createdAt) >= Date.parse(from)) &&
        (to === undefined || Date.parse(order.createdAt) < Date.parse(to)) &&
        (state === undefined || order.state === state) &&
        (drink === undefined || order.drink?.id === drink) &&
        (number === undefined || order.number === Number(number)) &&
        (barista === undefined || order.barista?.name === barista || order.barista?.id === barista),
    )
    .map(({ id }) => id)
    .sort();
}

test("all pages together hold each order once, the newest first, and nothing but what people see", async () => {
  const found = await all({ from: "2040-01-01T00:00:00Z" });
  expect(found.sizes).toEqual([50, 50, 50, 50, 40]);
  expect(found.orders.map(({ id }) => id).sort()).toEqual(orders.map(({ id }) => id).sort());
  const times = found.orders.map(({ createdAt }) => createdAt);
  expect(times).toEqual([...times].sort().reverse());
  expect(found.orders).toContainEqual(viewOf(orders[0] as Order));
  expect(JSON.stringify(found.orders)).not.toContain('"keys"');
});

test("filters of any mixture give what a plain look at every order gives", async () => {
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const hours = fc.integer({ min: 0, max: 90 });
  const at = (ago: number) => new Date(noon - ago * 3_600_000).toISOString().replace(".000", "");
  const filters = fc
    .record({
      day: maybe(fc.constantFrom("2040-06-15", "2040-06-14", "2040-06-13", "2040-06-01")),
      span: maybe(fc.tuple(hours, hours)),
      state: maybe(fc.constantFrom(...orderStates)),
      drink: maybe(fc.constantFrom(...drinks, "drink:gone")),
      number: maybe(fc.integer({ min: 1, max: 45 }).map(String)),
      barista: maybe(fc.constantFrom("Ana", "Bo", "barista-ana-000001", "Cem")),
    })
    .map(({ day, span, ...others }): OrdersQuery => {
      const times = day ? { day } : span ? { from: at(Math.max(...span) + 1), to: at(Math.min(...span)) } : {};
      const given = Object.entries(others).filter(([, value]) => value !== undefined);
      return { ...times, ...Object.fromEntries(given) };
    });
  await fc.assert(
    fc.asyncProperty(filters, async (drawn) => {
      expect((await all(drawn)).orders.map(({ id }) => id).sort()).toEqual(plain(drawn));
    }),
    { numRuns: 40 },
  );
});

test("a continuation that is none, or of a list with other filters or of another store, is refused", async () => {
  const { continuation = "" } = await historyOf(storeId, { drink: "drink:latte" });
  expect(continuation).not.toBe("");
  for (const wrong of ["", "nonsense", continuation.slice(2), Buffer.from("{}").toString("base64url")])
    expect(await problem(historyOf(storeId, { continuation: wrong }))).toMatchObject({
      status: 400,
      errors: [{ path: "continuation", message: "is none that a reply held" }],
    });
  const elsewhere = { message: "is of a list with other filters; leave it out to begin anew" };
  for (const other of [
    historyOf(storeId, { continuation }),
    historyOf("other", { drink: "drink:latte", continuation }),
  ])
    expect(await problem(other)).toMatchObject({ status: 400, errors: [elsewhere] });
});

test("a page goes on where the one before ended, whatever was ordered meanwhile", async () => {
  const filters = { from: "2040-01-01T00:00:00Z" };
  const first = await historyOf(storeId, filters);
  const newer = { ...(orders[0] as Order), id: randomUUID(), createdAt: new Date(noon + 1000).toISOString() };
  await shop.services.container("orders").items.create(newer);
  const { continuation = "" } = first;
  const second = await historyOf(storeId, { ...filters, continuation });
  const ids = new Set([...first.orders, ...second.orders].map(({ id }) => id));
  expect(ids.size).toBe(100);
  expect(ids).not.toContain(newer.id);
  await shop.services.container("orders").item(newer.id, storeId).delete();
});
