import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OrdersQuery, ordersQuery } from "../../../contracts/http.ts";
import { orderStates } from "../../../contracts/order-states.ts";
import { ordersFile } from "../../../functions/orders/file.ts";
import { historyOf } from "../../../functions/orders/history.ts";
import { type Order, viewOf } from "../../../functions/orders/order.ts";
import { businessDay } from "../../../functions/platform/business-day.ts";
import { Refusal } from "../../../functions/platform/refusal.ts";
import { chanceOf } from "../../../tools/robots/chance.ts";
import { noon, Shop } from "./shop.ts";

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
      day: businessDay(Date.parse(createdAt), "Europe/Berlin"),
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

const isDay = (at: string) => !at.includes("T");
const iso = (at: string) => (isDay(at) ? at : new Date(at).toISOString());

/** The same by a plain look at every order. */
function plain({ day, from, to, state, drink, number, barista }: OrdersQuery): string[] {
  return orders
    .filter(
      (order) =>
        (day === undefined || order.day === day) &&
        (from === undefined || (isDay(from) ? order.day : order.createdAt) >= iso(from)) &&
        (to === undefined || (isDay(to) ? order.day <= to : order.createdAt < iso(to))) &&
        (state === undefined || state.split(",").includes(order.state)) &&
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
      days: fc.boolean(),
      state: maybe(fc.subarray([...orderStates], { minLength: 1 }).map((states) => states.join(","))),
      drink: maybe(fc.constantFrom(...drinks, "drink:gone")),
      number: maybe(fc.integer({ min: 1, max: 45 }).map(String)),
      barista: maybe(fc.constantFrom("Ana", "Bo", "barista-ana-000001", "Cem")),
    })
    .map(({ day, span, days, ...others }): OrdersQuery => {
      const [from, to] = span ? [at(Math.max(...span) + 1), at(Math.min(...span))] : [undefined, undefined];
      const cut = (moment: string) => (days ? moment.slice(0, 10) : moment);
      const times = day ? { day } : from && to ? { from: cut(from), to: cut(to) } : {};
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

test.each([
  [{ from: "2040-06-01", to: "2040-06-01" }, undefined],
  [{ from: "2040-06-02", to: "2040-06-01" }, "must be after from; a day may be the same"],
  [{ from: "2040-06-01T08:00:00Z", to: "2040-06-01T08:00:00Z" }, "must be after from; a day may be the same"],
  [
    { from: "2040-06-01", to: "2040-06-01T08:00:00Z" },
    "must be a day where from is one, and a moment where from is one",
  ],
  [{ from: "yesterday" }, "must be a day, such as 2026-06-15, or a moment in UTC, such as 2026-06-15T08:00:00Z"],
  [{ day: "2040-06-01", to: "2040-06-02" }, "does not go with from or to"],
  [{ state: "ready,cancelled" }, undefined],
  [{ state: "ready,gone" }, expect.stringMatching(/^must be one or several of refused, .*, with commas between$/)],
])("%j is asked for, or what is wrong with it is said", (query, message) => {
  const parsed = ordersQuery.safeParse(query);
  expect(parsed.error?.issues.map((issue) => issue.message)).toEqual(message === undefined ? undefined : [message]);
});

/** The cells of lines that hold no quotes. */
const cellsOf = (text: unknown) =>
  String(text)
    .split("\r\n")
    .slice(0, -1)
    .map((line) => line.split(","));

test("a file holds every order once, in parts that say where the next is, with times of the stand and of the world", async () => {
  const headers = (reply: Awaited<ReturnType<typeof ordersFile>>) =>
    new Headers(reply.headers as Record<string, string>);
  const store = await shop.store();
  const copies = Array.from({ length: 2_030 }, (_, n) => {
    const createdAt = new Date(noon - Math.floor(n / 2) * 60_000).toISOString();
    return { ...(orders[n % orders.length] as Order), id: randomUUID(), storeId: store, createdAt };
  });
  for (let at = 0; at < copies.length; at += 100) {
    const operations = copies
      .slice(at, at + 100)
      .map((resourceBody) => ({ operationType: "Create" as const, resourceBody }));
    await shop.services.container("orders").items.batch(operations as never, store);
  }
  const parts = [await ordersFile(store, {})];
  expect(headers(parts[0] as never).get("content-disposition")).toBe(`attachment; filename="orders-${store}.csv"`);
  for (;;) {
    const told = headers(parts.at(-1) as never);
    const [, rest] = /^<\?(.*)>; rel="next"$/.exec(told.get("link") ?? "") ?? [];
    const type = told.get("content-type") ?? "";
    expect(type).toMatch(`text/csv; charset=utf-8; header=${parts.length === 1 ? "present" : "absent"}`);
    if (rest === undefined) break;
    const next = Object.fromEntries(new URLSearchParams(rest)) as { continuation: string };
    expect(type.endsWith(`; continuation=${next.continuation}`)).toBe(true);
    parts.push(await ordersFile(store, ordersQuery.parse(next)));
  }
  const [head = [], ...lines] = parts.flatMap(({ body }) => cellsOf(body));
  expect(parts.map(({ body }) => cellsOf(body).length)).toEqual([1_001, 1_000, 30]);
  expect(lines.map(([id]) => id).sort()).toEqual(copies.map(({ id }) => id).sort());
  expect(head).toEqual(expect.arrayContaining(["order", "state", "note", "created (Europe/Berlin)", "created (UTC)"]));
  const [first = []] = lines;
  expect(first[head.indexOf("created (Europe/Berlin)")]).toBe("2040-06-15 12:05:30");
  expect(first[head.indexOf("created (UTC)")]).toBe("2040-06-15T10:05:30.000Z");
  expect(parts.map(({ body }) => body).join("")).not.toMatch(/customer-0|barista-ana/);
});

test("a file of a few tells who ended an order and why, and no text in it is a formula", async () => {
  const store = await shop.store();
  const told: Order = {
    ...(orders[0] as Order),
    storeId: store,
    state: "cancelled",
    drink: { id: "drink:x", name: "=Latte", icon: "cup" },
    options: [{ group: "milk", groupName: "Milk", choice: "oat", choiceName: "Oat, barista's" }],
    end: { by: "barista", name: "@Ana", note: "+1, sorry", why: "machine-down" },
  };
  await shop.services.container("orders").items.create(told);
  const { body } = await ordersFile(store, { state: "cancelled,expired", from: "2040-06-15" });
  expect(body).toContain(`,cancelled,"'=Latte","Milk: Oat, barista's",`);
  expect(body).toContain(`,barista,"'@Ana",machine-down,"'+1, sorry",2040-06-15 12:05:30,`);
  expect(cellsOf((await ordersFile(store, { state: "expired" })).body)).toHaveLength(1);
});

test("the last day that there is, as programs write no end, leaves nothing out; nor does the first", async () => {
  for (const to of ["9999-12-30", "9999-12-31", "9999-12-31T23:59:59Z"])
    expect((await all({ from: "0001-01-01", to })).orders, to).toHaveLength(orders.length);
});
