import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { CremaEvent } from "../../../contracts/events.ts";
import { type Figures, type InsightsReply, insightsReply } from "../../../contracts/insights.ts";
import type { OrderView } from "../../../contracts/order.ts";
import { toldAgain } from "../../../contracts/replay.ts";
import type { RefusedScans } from "../../../contracts/scans.ts";
import { countedIn, countOrder, countRefusedScans } from "../../../functions/insights/count.ts";
import { endedLine } from "../../../functions/insights/ended-line.ts";
import { type Hour, hasFigures } from "../../../functions/insights/hour.ts";
import { type Left, leftAtTheCounter } from "../../../functions/insights/left.ts";
import { insights } from "../../../functions/insights/read.ts";
import { recount } from "../../../functions/insights/recount.ts";
import { admit } from "../../../functions/orders/admit.ts";
import { command, type Giver } from "../../../functions/orders/commands.ts";
import type { Order } from "../../../functions/orders/order.ts";
import { number } from "../../../functions/orders/steps.ts";
import { eventDocument } from "../../../functions/platform/outbox-document.ts";
import { InvalidEventError } from "../../../functions/platform/received.ts";
import { Refusal } from "../../../functions/platform/refusal.ts";
import { samples } from "../../../tools/contracts/samples.ts";
import { espresso, noon, Shop, startOf } from "../orders/shop.ts";
import { plainPercentile, plainRecount } from "./plain-recount.ts";
import { personal, refusals, type Story, stories } from "./random-orders.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

/** The day before the shop's, and that day, by the clocks of Nepal: a quarter of an hour off. */
const timeZone = "Asia/Kathmandu";
const days = { from: "2040-06-13", to: "2040-06-15" };
const begin = noon - 32 * 60 * 60_000;
const quarterHour = 15 * 60_000;
const hourOf = (at: string) => {
  const hour = Math.floor((Date.parse(at) - quarterHour) / 3_600_000) * 3_600_000 + quarterHour;
  return new Date(hour).toISOString();
};
const lastOf = (story: Story) => story.at(-1)?.order as OrderView;
const told = ["ready", "refused", "collected", "uncollected", "recalled", "cancelled", "expired"];
const isTold = ({ type }: Story[number]) => told.some((what) => type === `crema.order.${what}.v1`);
const hoursOf = async (storeId: string) =>
  (await shop.documents<Hour>("insights", storeId, "hour"))
    .map(({ id, ...hour }) => Object.fromEntries(Object.entries(hour).filter(([field]) => !field.startsWith("_"))))
    .filter((hour) => hasFigures(hour as unknown as Hour))
    .sort((a, b) => (String(a.start) < String(b.start) ? -1 : 1));

/** Figures in the form of the plain recount, but for the durations. */
const plain = ({ cancelled, drinks, options, durations: _, ...rest }: Figures) => ({
  ...rest,
  cancelled: Object.fromEntries(
    cancelled.map(({ by, step, why, count }) => [[by, step, ...(why ? [why] : [])].join("/"), count]),
  ),
  drinks: Object.fromEntries(drinks.map(({ id, count }) => [id, count])),
  options: Object.fromEntries(options.map(({ id, count }) => [id, count])),
});

function expectDurations(figures: Figures, took: ReturnType<typeof plainRecount>["took"]): void {
  for (const name of ["choose", "wait", "make", "counter"] as const) {
    const { count, p50, p90 } = figures.durations[name];
    expect(count).toBe(took[name].length);
    for (const [estimate, share] of [
      [p50, 0.5],
      [p90, 0.9],
    ] as const) {
      const exact = plainPercentile(took[name], share);
      if (exact === undefined) expect(estimate).toBeUndefined();
      else expect(Math.abs((estimate ?? 0) - exact / 1000)).toBeLessThanOrEqual((0.05 * exact) / 1000);
    }
  }
}

test("random orders, told in any order, several times and late, are counted as a plain recount counts them; so does the archive", async () => {
  const storeId = () => shop.store({ timeZone });
  const drawn = fc.tuple(stories("main", begin), refusals(begin)).chain(([all, early]) => {
    type Told = { order: OrderView } | { refused: (typeof early)[number] };
    const events: Told[] = [
      ...all.flatMap((story) => story.filter(isTold).map(({ order }) => ({ order }))),
      ...early.map((refused) => ({ refused })),
    ];
    const often = fc.array(fc.nat(Math.max(0, events.length - 1)), { maxLength: 30 });
    return fc.record({
      all: fc.constant(all),
      early: fc.constant(early),
      // Each at least once, some more often, in any order; so many at a time.
      delivered: often.chain((again) => {
        const more = again.flatMap((at) => events[at] ?? []);
        return fc.shuffledSubarray([...events, ...more], { minLength: events.length + more.length });
      }),
      atOnce: fc.integer({ min: 1, max: 8 }),
    });
  });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ all, early, delivered, atOnce }) => {
      const store = await storeId();
      const countIt = (one: (typeof delivered)[number]) =>
        "order" in one
          ? countOrder({ ...one.order, storeId: store })
          : countRefusedScans({ ...one.refused, storeId: store });
      for (let at = 0; at < delivered.length; at += atOnce) {
        await Promise.all(delivered.slice(at, at + atOnce).map(countIt));
      }
      const orders = all.map(lastOf);
      const byHour = insightsReply.parse(await insights(store, { ...days, by: "hour" }));
      for (const row of byHour.rows) {
        const { took, ...counts } = plainRecount(orders, early, hourOf, row.start ?? "");
        const { day: _, hour: __, start: ___, ...figures } = row;
        expect(plain(figures)).toEqual(counts);
        expectDurations(figures, took);
      }
      // Of the whole time: one hour that everything is in.
      const { took, ...whole } = plainRecount(
        orders,
        early,
        () => "1970-01-01T00:00:00.000Z",
        "1970-01-01T00:00:00.000Z",
      );
      expect(plain(byHour.total)).toEqual(whole);
      expectDurations(byHour.total, took);
      const byDay = await insights(store, { ...days, by: "day" });
      expect(byDay.total).toEqual(byHour.total);
      expect(byDay.rows.map(({ day }) => day)).toEqual(["2040-06-13", "2040-06-14", "2040-06-15"]);
      expect(byDay.rows.reduce((sum, { scans }) => sum + scans, 0)).toBe(byHour.total.scans);

      const kept = await hoursOf(store);
      for (const secret of [personal.name, "Smith", "customer-", "barista-"]) {
        expect(JSON.stringify(kept)).not.toContain(secret);
      }
      await archive(store, all);
      await archiveScans(store, early);
      const remove = kept.map(({ start }) => shop.services.container("insights").item(`hour:${start}`, store).delete());
      await Promise.all(remove);
      await recount(store, days.from, days.to);
      expect(await hoursOf(store)).toEqual(kept);
      // And once more, over what is there.
      await recount(store, days.from, days.to);
      expect(await hoursOf(store)).toEqual(kept);
    }),
    { numRuns: 12 },
  );
});

async function archive(storeId: string, all: Story[]): Promise<void> {
  const { items } = shop.services.container("orders");
  for (const { type, order } of all.flat()) {
    const fact = { type, id: `${order.id}-${order.version}`, service: "orders", storeId, about: `orders/${order.id}` };
    const data = { order: { ...order, storeId } };
    const document = eventDocument({
      ...fact,
      service: "orders",
      version: order.version,
      correlationid: order.id,
      data,
    });
    const time = order.endedAt ?? order.readyAt ?? order.createdAt;
    await items.create({ ...document, event: { ...document.event, time } });
  }
}

async function archiveScans(storeId: string, early: Omit<RefusedScans, "storeId">[]): Promise<void> {
  const { items } = shop.services.container("codes");
  for (const refused of early) {
    const id = `${storeId}:${refused.from}:refused`;
    const about = `scans/${refused.from}`;
    const fact = { id, service: "codes", storeId, about, version: 1, correlationid: id } as const;
    const data = { refused: { ...refused, storeId } };
    const document = eventDocument({ ...fact, type: "crema.scans.refused.v1", data });
    await items.create({ ...document, event: { ...document.event, time: refused.until } });
  }
}

const ana: Giver = { customerId: "barista-ana-000001", name: "Ana", barista: true, admin: false, staff: true };

/** Orders made by the application itself, up to where they are ready; at work for a minute, all at once. */
async function readyOrders(storeId: string, count: number): Promise<string[]> {
  const ids = await Promise.all(Array.from({ length: count }, () => queuedOrder(storeId)));
  await shop.advance(60_000);
  await Promise.all(ids.map((orderId) => command(storeId, orderId, { command: "ready" }, ana)));
  return ids;
}

async function queuedOrder(storeId: string): Promise<string> {
  const start = startOf(storeId);
  const { orderId, customerId } = start;
  await admit(start);
  const customer = { customerId, barista: false, admin: false, staff: false };
  await command(storeId, orderId, { command: "submit", wish: espresso }, customer);
  await number({ storeId, orderId });
  await command(storeId, orderId, { command: "claim" }, ana);
  return orderId;
}

describe("an order that nobody marks as handed over", () => {
  test("is counted when it has been ready for an hour, and once more only as collected when that is told later", async () => {
    const storeId = await shop.store();
    const [orderId = ""] = await readyOrders(storeId, 1);
    expect(await leftAtTheCounter()).toEqual([]);
    await shop.advance(61 * 60_000);
    const [{ order: left } = {} as Left] = await leftAtTheCounter();
    expect(left?.id).toBe(orderId);
    expect(await countOrder(left)).toEqual(["came", "submitted", "ready"]);
    expect(await countOrder(left)).toEqual([]);
    const collected = await command(storeId, orderId, { command: "collect" }, ana);
    expect(await countOrder(collected)).toEqual(["ended"]);
    const { total } = await insights(storeId, { by: "day" });
    expect(total).toMatchObject({ scans: 1, submitted: 1, ready: 1, collected: 1, longestQueue: 1 });
  });
});

describe("a recall", () => {
  test("takes back what was counted of a cancellation and of a hand-over, in whichever order they are told", async () => {
    const storeId = await shop.store();
    const orderId = await queuedOrder(storeId);
    const cancelled = await command(storeId, orderId, { command: "cancel", note: "no", why: "mistake" }, ana);
    const total = async () => (await insights(storeId, { by: "day" })).total;
    await countOrder(cancelled);
    expect((await total()).cancelled).toEqual([{ by: "barista", step: "making", why: "mistake", count: 1 }]);
    const queued = await command(storeId, orderId, { command: "recall" }, ana);
    await countOrder(queued);
    expect(await total()).toMatchObject({ scans: 1, cancelled: [], ready: 0 });
    await shop.advance(60_000);
    await command(storeId, orderId, { command: "ready" }, ana);
    const first = await command(storeId, orderId, { command: "collect" }, ana);
    const back = await command(storeId, orderId, { command: "recall" }, ana);
    await countOrder(back);
    await countOrder(first);
    await countOrder(cancelled);
    expect(await total()).toMatchObject({ scans: 1, cancelled: [], ready: 1, collected: 0 });
    await countOrder(await command(storeId, orderId, { command: "give-up" }, ana));
    expect(await total()).toMatchObject({ scans: 1, ready: 1, collected: 0, uncollected: 1, longestQueue: 1 });
  });
});

test("an hour that somebody removed is counted again when its orders are told again, by the same process too", async () => {
  const storeId = await shop.store();
  await readyOrders(storeId, 2);
  const orders = await shop.documents<Order>("orders", storeId, "order");
  const hours = async () => shop.documents<Hour>("insights", storeId, "hour");
  for (const order of orders) await countOrder(order);
  const [before] = await hours();
  await shop.services
    .container("insights")
    .item(before?.id ?? "", storeId)
    .delete();
  for (const order of orders) await countOrder(order);
  expect((await hours())[0]?.orders).toEqual(before?.orders);
  expect((await insights(storeId, { by: "day" })).total).toMatchObject({ scans: 2, ready: 2 });
});

test("several instances that count at once lose nothing", async () => {
  const storeId = await shop.store();
  await readyOrders(storeId, 12);
  const orders = await shop.documents<Order>("orders", storeId, "order");
  // Each module graph is an instance: what one process does in turn, these two do at once.
  const here = countOrder;
  vi.resetModules();
  const { countOrder: elsewhere } = await import("../../../functions/insights/count.ts");
  await Promise.all(orders.flatMap((order) => [here(order), elsewhere(order)]));
  expect((await insights(storeId, { by: "day" })).total).toMatchObject({ scans: 12, ready: 12, longestQueue: 12 });
});

test("orders that end while days are counted anew are neither lost nor counted twice", async () => {
  const storeId = await shop.store();
  await readyOrders(storeId, 8);
  const orders = await shop.documents<Order>("orders", storeId, "order");
  const today = (await insights(storeId, { by: "day" })).from;
  const counting = orders.map((order) => countOrder(order));
  await Promise.all([
    ...counting,
    recount(storeId, today, today).catch((error) => expect(error.problem.code).toBe("try-again")),
  ]);
  expect((await insights(storeId, { by: "day" })).total).toMatchObject({ scans: 8, ready: 8 });
});

test("an hour that the archive tells nothing of is empty once its day was counted anew", async () => {
  const storeId = await shop.store();
  await readyOrders(storeId, 1);
  const [order] = await shop.documents<Order>("orders", storeId, "order");
  if (order === undefined) return expect.unreachable("no order");
  const today = (await insights(storeId, { by: "day" })).from;
  await countOrder(order);
  // Counted of an order that never was.
  const earlier = (at: string) => new Date(Date.parse(at) - 3 * 3_600_000).toISOString();
  const { createdAt, submittedAt = "", readyAt = "" } = order;
  const times = { createdAt: earlier(createdAt), submittedAt: earlier(submittedAt), readyAt: earlier(readyAt) };
  await countOrder({ ...order, id: crypto.randomUUID(), ...times });
  expect((await insights(storeId, { by: "day" })).total).toMatchObject({ scans: 2, ready: 2 });
  expect(await recount(storeId, today, today)).toEqual({ hours: 1, orders: 1 });
  const { rows, total } = await insights(storeId, { by: "hour" });
  expect([rows.length, total]).toMatchObject([1, { scans: 1, ready: 1 }]);
});

describe("what is asked for", () => {
  const problem = (asked: Promise<InsightsReply | object>) =>
    asked.then(
      () => expect.unreachable("was not refused"),
      (error) => (error instanceof Refusal ? error.problem : Promise.reject(error)),
    );

  test("today by default, in the store's time zone; a day without orders is zeros", async () => {
    const storeId = await shop.store({ timeZone: "Pacific/Kiritimati" });
    const { from, to, rows, total } = insightsReply.parse(await insights(storeId, { by: "day" }));
    expect([from, to]).toEqual(["2040-06-16", "2040-06-16"]);
    expect(rows).toEqual([{ day: "2040-06-16", ...total }]);
    expect(total).toMatchObject({ scans: 0, drinks: [], longestQueue: 0, durations: { wait: { count: 0 } } });
  });

  test("days the wrong way round, too many of them, or too old to be counted anew are refused in words", async () => {
    const storeId = await shop.store();
    const backwards = { from: "2040-06-15", to: "2040-06-14", by: "day" } as const;
    expect(await problem(insights(storeId, backwards))).toMatchObject({ status: 400, errors: [{ path: "to" }] });
    const long = { from: "2040-01-01", to: "2040-06-14", by: "day" } as const;
    expect((await problem(insights(storeId, long))).detail).toContain("at most 93");
    expect((await problem(recount(storeId, "2040-05-01", "2040-05-02"))).detail).toContain("2040-05-18");
  });
});

test("the hour that is there twice when summer time ends has two rows", async () => {
  const storeId = await shop.store();
  const order = (at: string, id: string): OrderView => ({
    ...{ id, storeId, customerId: "customer-0000000001", version: 1, state: "refused", createdAt: at, endedAt: at },
    end: { by: "system", reason: "full" },
  });
  await countOrder(order("2039-10-30T00:30:00.000Z", "0d4cf8f5-5c43-4c2c-9a63-0bd4a7f2a001"));
  await countOrder(order("2039-10-30T01:30:00.000Z", "0d4cf8f5-5c43-4c2c-9a63-0bd4a7f2a002"));
  const { rows } = await insights(storeId, { from: "2039-10-30", by: "hour" });
  expect(rows.map(({ hour, start, scans }) => ({ hour, start, scans }))).toEqual([
    { hour: 2, start: "2039-10-30T00:00:00.000Z", scans: 1 },
    { hour: 2, start: "2039-10-30T01:00:00.000Z", scans: 1 },
  ]);
});

test("an event of another kind is passed over, and one that is none is refused by its id", () => {
  expect(countedIn({ type: "somebody.else.v1", id: "x" })).toEqual({});
  expect(() => countedIn({ type: "crema.order.collected.v1", id: "x" })).toThrow(InvalidEventError);
});

test("an event told again tells of the order that it told of first", () => {
  const sample = samples().get("crema.order.collected.v1") as CremaEvent;
  expect(countedIn(toldAgain(sample, "run", "insights"))).toEqual(countedIn(sample));
  expect(countedIn(sample)).toMatchObject({ order: { state: "collected" } });
  const scans = samples().get("crema.scans.refused.v1") as CremaEvent;
  expect(countedIn(toldAgain(scans, "run", "insights"))).toEqual(scans.data);
});

test("the log tells of an order's end in seconds, and of nobody", async () => {
  const storeId = await shop.store();
  await readyOrders(storeId, 1);
  const [order] = await shop.documents<Order>("orders", storeId, "order");
  const line = endedLine({ ...(order as Order), end: { by: "barista", note: personal.note, why: "mistake" } });
  expect(JSON.parse(line)).toMatchObject({
    crema: "order-ended",
    store: storeId,
    state: "ready",
    wait: 60,
    reason: "mistake",
  });
  for (const secret of ["Ana", "Smith", "customer-", "barista-"]) expect(line).not.toContain(secret);
});

test("orders that end at once are one write, also over the hours of a day", async () => {
  const storeId = await shop.store();
  const orders: Order[] = [];
  for (let hour = 0; hour < 12; hour++) {
    await readyOrders(storeId, 2);
    await shop.advance(3_600_000);
  }
  orders.push(...(await shop.documents<Order>("orders", storeId, "order")));
  const { meters } = shop.services.cosmos;
  const before = meters.requests;
  // The first goes alone, the others wait for it: eight hours a write, each read once.
  await Promise.all(orders.map((order) => countOrder(order)));
  expect(meters.requests - before).toBeLessThanOrEqual(1 + 2 + 12 + 2);
  const figures = await insights(storeId, { by: "day", from: "2040-06-14", to: "2040-06-17" });
  expect(figures.total).toMatchObject({ scans: 24, ready: 24 });
});
