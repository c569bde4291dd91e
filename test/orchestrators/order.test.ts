import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CatalogPage } from "../../contracts/catalog.ts";
import type { CremaEvent } from "../../contracts/events.ts";
import type { OrderView } from "../../contracts/order.ts";
import { toldAgain } from "../../contracts/replay.ts";
import { readScan } from "../../functions/codes/codes-container.ts";
import { currentWindow } from "../../functions/codes/current-window.ts";
import { scan } from "../../functions/codes/scan.ts";
import type { ScanDocument } from "../../functions/codes/scan-document.ts";
import { command, type Given, type Giver } from "../../functions/orders/commands.ts";
import { place } from "../../functions/orders/place.ts";
import { oneOrder, queueOf } from "../../functions/orders/queries.ts";
import { sweep } from "../../functions/orders/sweep.ts";
import { wasWritten } from "../../functions/orders/written.ts";
import { endOfDay } from "../../functions/platform/business-day.ts";
import { Refusal } from "../../functions/platform/refusal.ts";
import { deliver } from "../../orchestrators/deliver.ts";
import { latte, newCustomerId, pageOf, Shop, submitOnly } from "../functions/orders/shop.ts";
import { InvocationContext } from "../local/durable/application.ts";
import { type Stack, startStack } from "../local/durable/stack.ts";

let shop: Shop;
let stack: Stack;
let page: CatalogPage;
const context = new InvocationContext({ functionName: "test", logHandler: () => undefined });

beforeAll(async () => {
  shop = await Shop.open();
  await import("../../functions/orders/index.ts");
  await import("../../functions/codes/index.ts");
  await import("../../orchestrators/index.ts");
});
afterAll(() => shop.close());

let stores = 0;
beforeEach(async () => {
  page = await shop.publish(pageOf({}, `way-${++stores}`));
  told.clear();
  stack = await startStack({ at: Date.now() });
});

const barista: Giver = { customerId: "barista-ana-000001", name: "Ana", barista: true, admin: false, staff: true };
const minutes = (count: number) => count * 60_000;

/** Moves the engine's time on, and that of Cosmos DB and the application with it. */
async function advance(ms: number): Promise<void> {
  await stack.clock.advance(ms, async () => {
    await shop.advance(stack.clock.now() - Date.now());
    await stack.settle();
  });
  await shop.advance(stack.clock.now() - Date.now());
}

const told = new Set<string>();
/** The events that were told since the last time. */
async function news(): Promise<CremaEvent[]> {
  const all = [...(await shop.events("codes", page.storeId)), ...(await shop.events("orders", page.storeId))];
  const fresh = all.filter(({ id }) => !told.has(id));
  for (const { id } of fresh) told.add(id);
  const wanted = ["code.scanned", "order.submitted", "order.ready", "order.cancelled", "order.recalled"];
  return fresh.filter(({ type }) => wanted.some((one) => type === `crema.${one}.v1`));
}

/** Does what Event Grid does when all is well. */
async function deliverNews(): Promise<void> {
  for (const event of await news()) await deliver(event, stack.client, context);
  await stack.settle();
}

interface Begun {
  orderId: string;
  customer: Giver;
}
/** A customer scans, and the workflow starts. */
async function begin(): Promise<Begun> {
  const customerId = newCustomerId();
  const { code } = await currentWindow(page);
  const { orderId } = await scan(page, { customerId, code });
  await deliverNews();
  return { orderId, customer: { customerId, barista: false, admin: false, staff: false } };
}

const order = async ({ orderId }: Begun): Promise<OrderView> =>
  (await oneOrder(page.storeId, orderId, () => true)).order;
const give = ({ orderId }: Begun, given: Given, by: Giver) => command(page.storeId, orderId, given, by);
const submit = (begun: Begun) => give(begun, { command: "submit", wish: latte }, begun.customer);
const submitWithoutNumber = ({ orderId }: Begun) => submitOnly(page.storeId, orderId);
const workflowOf = ({ orderId }: Begun) => stack.engine.instance(orderId);
const active = async () => (await queueOf(page.storeId)).active;

test("leads from the scan over the number to ready, and ends", async () => {
  const begun = await begin();
  expect((await order(begun)).state).toBe("choosing");
  await submit(begun);
  await deliverNews();
  expect(await order(begun)).toMatchObject({ state: "queued", number: 1 });
  await give(begun, { command: "claim" }, barista);
  await give(begun, { command: "ready" }, barista);
  expect(workflowOf(begun)?.status).toBe("Running");
  await deliverNews();
  expect(workflowOf(begun)).toMatchObject({ status: "Completed" });
  expect(await active()).toBe(0);
});

test("goes on with an order that has its number though it never heard of that, and ends when it should", async () => {
  const begun = await begin();
  await submit(begun);
  await news();
  // Until the choice would have been over nothing moves it.
  await advance(minutes(5));
  expect(await order(begun)).toMatchObject({ state: "queued", number: 1, version: 3 });
  expect(workflowOf(begun)?.status).toBe("Running");
  await advance(minutes(10));
  expect(await order(begun)).toMatchObject({ state: "expired", end: { reason: "barista" } });
  expect(workflowOf(begun)?.status).toBe("Completed");
});

test("nothing that is told again starts or moves a workflow", async () => {
  const customerId = newCustomerId();
  const { code } = await currentWindow(page);
  const { orderId } = await scan(page, { customerId, code });
  const [scanned] = (await news()) as [CremaEvent];
  await deliver({ ...scanned, replay: "run" }, stack.client, context);
  await expect(deliver(toldAgain(scanned, "run", "workflows"), stack.client, context)).rejects.toThrow("no event");
  await stack.settle();
  expect(stack.engine.instance(orderId)).toBeUndefined();
});

test("ends an order when the customer takes too long, and when the barista does", async () => {
  const slow = await begin();
  const waiting = await begin();
  await submit(waiting);
  await deliverNews();
  await advance(minutes(5) - 1);
  expect((await order(slow)).state).toBe("choosing");
  await advance(1);
  expect(await order(slow)).toMatchObject({ state: "expired", end: { reason: "customer" } });
  expect((await order(waiting)).state).toBe("queued");
  await advance(minutes(10));
  expect(await order(waiting)).toMatchObject({ state: "expired", end: { reason: "barista" } });
  expect([workflowOf(slow)?.status, workflowOf(waiting)?.status]).toEqual(["Completed", "Completed"]);
  expect(await active()).toBe(0);
});

test("comes right though no event ever arrives: at each deadline it asks the order itself", async () => {
  const begun = await begin();
  await submit(begun);
  await news();
  await advance(minutes(5));
  expect(await order(begun)).toMatchObject({ state: "queued", number: 1 });
  await give(begun, { command: "ready" }, barista);
  await news();
  await advance(minutes(15));
  expect((await order(begun)).state).toBe("ready");
  expect(workflowOf(begun)).toMatchObject({ status: "Completed" });
});

describe("placed at the counter,", () => {
  const placeOne = async (): Promise<Begun> => {
    const { id } = (await place(page.storeId, latte, "Mia", barista)).order;
    return { orderId: id, customer: barista };
  };

  test("begins with the order, needs no scan, and ends as any: made, or out of time", async () => {
    const [begun, waiting] = [await placeOne(), await placeOne()];
    await deliverNews();
    expect(workflowOf(begun)).toMatchObject({ status: "Running", name: "order" });
    await give(begun, { command: "ready" }, barista);
    await deliverNews();
    expect(workflowOf(begun)).toMatchObject({ status: "Completed" });
    await advance(minutes(15) - 1);
    expect((await order(waiting)).state).toBe("queued");
    await advance(1);
    expect(await order(waiting)).toMatchObject({ state: "expired", end: { reason: "barista" } });
    expect(workflowOf(waiting)).toMatchObject({ status: "Completed" });
    expect((await currentWindow(page)).scansLeft).toBe(10);
    expect(await active()).toBe(0);
  });

  /** As if the request had ended before the number was given. */
  async function takeNumber({ orderId }: Begun): Promise<void> {
    const orders = shop.services.container("orders");
    const { resource } = await orders.item(orderId, page.storeId).read();
    const { number: _, queuedAt: __, ...young } = resource;
    await orders.items.upsert({ ...young, state: "submitted", version: 2 });
    await orders.item(`${orderId}-3`, page.storeId).delete();
    wasWritten(resource, undefined);
  }

  test("gets its number from the workflow where the request that placed it got no further, and starts it once", async () => {
    const begun = await placeOne();
    await takeNumber(begun);
    const [submitted] = await news();
    expect(submitted).toMatchObject({ type: "crema.order.submitted.v1" });
    await Promise.all([1, 2, 3].map(() => deliver(submitted, stack.client, context)));
    await stack.settle();
    expect(await order(begun)).toMatchObject({ state: "queued", number: 2, version: 3 });
    await give(begun, { command: "cancel", note: "Gone" }, barista);
    await deliverNews();
    await deliver(submitted, stack.client, context);
    await stack.settle();
    expect(workflowOf(begun)).toMatchObject({ status: "Completed", generation: 0 });
  });

  test("whose event never came is given a workflow by the sweep once its time is over, and ended", async () => {
    const begun = await placeOne();
    await news();
    await advance(minutes(17));
    await sweep(stack.client, context);
    expect(await order(begun)).toMatchObject({ state: "expired", end: { reason: "barista" } });
    // One that waits for its number has missed its workflow as well.
    const young = await placeOne();
    await news();
    await takeNumber(young);
    await advance(minutes(1));
    await sweep(stack.client, context);
    await stack.settle();
    expect(await order(young)).toMatchObject({ state: "queued", version: 3 });
    expect(workflowOf(young)).toMatchObject({ status: "Running" });
  });

  test("taken back, it has another workflow", async () => {
    const begun = await placeOne();
    await deliverNews();
    await give(begun, { command: "ready" }, barista);
    await deliverNews();
    await give(begun, { command: "recall" }, barista);
    await deliverNews();
    expect(stack.engine.instance(`${begun.orderId}-recall-1`)).toMatchObject({ status: "Running" });
    await advance(minutes(15));
    expect((await order(begun)).state).toBe("expired");
  });
});

test("passes over events that come twice, late, and in the wrong order", async () => {
  const begun = await begin();
  await submit(begun);
  const [submitted] = await news();
  await deliver(submitted, stack.client, context);
  await deliver(submitted, stack.client, context);
  await stack.settle();
  for (let times = 0; times < 3; times++) await deliver(submitted, stack.client, context);
  await stack.settle();
  expect(await order(begun)).toMatchObject({ state: "queued", number: 1, version: 3 });
  await advance(minutes(14));
  await deliver(submitted, stack.client, context);
  await stack.settle();
  expect(workflowOf(begun)?.status).toBe("Running");
  await advance(minutes(1));
  expect(await order(begun)).toMatchObject({ state: "expired", end: { reason: "barista" } });
  await deliver(submitted, stack.client, context);
  await stack.settle();
  expect(workflowOf(begun)).toMatchObject({ status: "Completed", generation: 0 });
});

test("cancelled in the same moment as submitted, it ends without a number", async () => {
  const begun = await begin();
  await submitWithoutNumber(begun);
  await give(begun, { command: "cancel" }, begun.customer);
  const both = await news();
  expect(both).toHaveLength(2);
  await Promise.all(both.map((event) => deliver(event, stack.client, context)));
  await stack.settle();
  expect((await order(begun)).number).toBeUndefined();
  expect(workflowOf(begun)).toMatchObject({ status: "Completed" });
  expect(await active()).toBe(0);
});

describe("gives the scan back, once,", () => {
  const scansLeft = async () => (await currentWindow(page)).scansLeft;

  test("when the order is refused", async () => {
    page = await shop.publish(pageOf({ capacity: 1 }, page.storeId));
    await begin();
    const refused = await begin();
    expect(await order(refused)).toMatchObject({ state: "refused", end: { reason: "full" } });
    expect(workflowOf(refused)).toMatchObject({ status: "Completed" });
    expect(await scansLeft()).toBe(9);
  });

  test("when its customer cancels while choosing, and order again takes another", async () => {
    const begun = await begin();
    expect(await scansLeft()).toBe(9);
    await give(begun, { command: "cancel" }, begun.customer);
    const [cancelled] = await news();
    for (let times = 0; times < 3; times++) await deliver(cancelled, stack.client, context);
    await stack.settle();
    expect(await scansLeft()).toBe(10);
    const { code } = await currentWindow(page);
    const again = await scan(page, { customerId: begun.customer.customerId, code, after: begun.orderId });
    expect(again).toMatchObject({ repeated: false });
    expect(await scansLeft()).toBe(9);
  });

  test("when it is cancelled after it was sent and before it has a number", async () => {
    const begun = await begin();
    await submitWithoutNumber(begun);
    await give(begun, { command: "cancel" }, begun.customer);
    await deliverNews();
    expect((await order(begun)).number).toBeUndefined();
    expect(await scansLeft()).toBe(10);
  });

  test("when the time to choose is over, while the code is still taken", async () => {
    page = await shop.publish(pageOf({ choosingMinutes: 2 }, page.storeId));
    // At the beginning of a window.
    await advance(minutes(5) - (Date.now() % minutes(5)));
    const begun = await begin();
    await advance(minutes(2));
    expect((await order(begun)).state).toBe("expired");
    expect(await scansLeft()).toBe(10);
  });

  test("not when it had a number", async () => {
    const begun = await begin();
    await submit(begun);
    await deliverNews();
    await give(begun, { command: "cancel" }, begun.customer);
    await deliverNews();
    expect(workflowOf(begun)).toMatchObject({ status: "Completed" });
    expect(await scansLeft()).toBe(9);
  });

  test("not when it had a number, though the last that it hears does not say so", async () => {
    const begun = await begin();
    await submit(begun);
    await deliverNews();
    await stack.client.raiseEvent(begun.orderId, "order", { state: "cancelled", version: 9 });
    await stack.settle();
    expect(workflowOf(begun)).toMatchObject({ status: "Completed" });
    expect(await scansLeft()).toBe(9);
  });

  test("also when the database is away for longer than anybody waits, before there is an order and after", async () => {
    let down = true;
    const matching = ({ operation }: { operation: string }) => down && operation === "batch";
    const { faults } = shop.services.cosmos;
    const { code, opensAt } = await currentWindow(page);
    const customerId = newCustomerId();
    const { orderId } = await scan(page, { customerId, code });
    const taken = async () => (await readScan(page.storeId, opensAt, customerId))?.document.taken;
    faults.next({ kind: "unavailable", times: 1_000, matching });
    await deliverNews();
    await advance(minutes(10));
    expect(workflowOf({ orderId, customer: barista })?.status).toBe("Running");
    down = false;
    await advance(minutes(1));
    const begun = { orderId, customer: { customerId, barista: false, admin: false, staff: false } };
    expect(await order(begun)).toMatchObject({ state: "choosing" });

    await give(begun, { command: "cancel" }, begun.customer);
    down = true;
    await deliverNews();
    await advance(minutes(10));
    expect(await taken()).toEqual([orderId]);
    down = false;
    await advance(minutes(1));
    expect(await taken()).toEqual([]);
    expect(workflowOf(begun)?.status).toBe("Completed");
  });

  test("by one run of its workflow: the sweep starts none that has done it", async () => {
    const begun = await begin();
    await give(begun, { command: "cancel" }, begun.customer);
    await deliverNews();
    const executionId = workflowOf(begun)?.executionId;
    await advance(31_000);
    await sweep(stack.client, context);
    await stack.settle();
    expect(workflowOf(begun)).toMatchObject({ status: "Completed", executionId });
    expect(await scansLeft()).toBe(10);
  });

  test("also when its workflow was lost: the sweep starts it anew for that", async () => {
    const begun = await begin();
    await stack.client.terminate(begun.orderId, "test");
    await stack.settle();
    await give(begun, { command: "cancel" }, begun.customer);
    await advance(31_000);
    for (let times = 0; times < 2; times++) {
      await sweep(stack.client, context);
      await stack.settle();
    }
    expect(await scansLeft()).toBe(10);
  });

  test("whatever people do, however often and late it is told: what is taken and what is left add up", async () => {
    const step = fc.record({
      who: fc.nat(4),
      does: fc.constantFrom("scan", "again", "submit", "cancel", "claim", "ready"),
      tells: fc.constantFrom("at once", "twice", "later"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        page = await shop.publish(pageOf({ capacity: 3, scansPerCode: 6 }, `way-${++stores}`));
        // At the beginning of a window: it is the same one to the end.
        await advance(minutes(5) - (Date.now() % minutes(5)));
        const people = Array.from({ length: 5 }, () => newCustomerId());
        const last = new Map<string, string>();
        const late: CremaEvent[] = [];
        for (const { who, does, tells } of steps) {
          const customerId = people[who] ?? "";
          const orderId = last.get(customerId);
          const customer: Giver = { customerId, barista: false, admin: false, staff: false };
          const by = does === "claim" || does === "ready" ? barista : customer;
          const wanted: Given | undefined =
            does === "submit"
              ? { command: does, wish: latte }
              : does === "scan" || does === "again"
                ? undefined
                : { command: does };
          const { code } = await currentWindow(page);
          const done = wanted
            ? orderId && command(page.storeId, orderId, wanted, by)
            : scan(page, { customerId, code, ...(does === "again" && orderId ? { after: orderId } : {}) }).then(
                (reply) => last.set(customerId, reply.orderId),
              );
          await Promise.resolve(done).catch((error) => expect(error).toBeInstanceOf(Refusal));
          const fresh = await news();
          if (tells === "later") late.push(...fresh);
          else for (const event of [...fresh, ...(tells === "twice" ? fresh : [])]) await tell(event);
          await stack.settle();
        }
        for (const event of [...late, ...late].reverse()) await tell(event);
        for (const event of late) await tell(event);
        await advance(16_000);
        await sweep(stack.client, context);
        await advance(30_000);
        await sweep(stack.client, context);
        await stack.settle();
        const scans = await shop.documents<ScanDocument>("codes", page.storeId, "scan");
        const taken = scans.flatMap((document) => document.taken);
        expect(taken.length + (await scansLeft())).toBe(6);
        const orders = await shop.documents<OrderView>("orders", page.storeId, "order");
        const kept = orders.filter(
          ({ state, number }) => number !== undefined || ["choosing", "submitted"].includes(state),
        );
        expect(taken.sort()).toEqual(kept.map(({ id }) => id).sort());
      }),
      { numRuns: 12, seed: 5 },
    );
  });

  /** An order's event that comes before its scan's fails, and Event Grid tries it again; here that is the end of it. */
  const tell = (event: CremaEvent) => deliver(event, stack.client, context).catch(() => undefined);
});

describe("one order is one trace:", () => {
  const ways: Record<string, (begun: Begun) => Promise<unknown>> = {
    served: async (begun) => {
      await submit(begun);
      await deliverNews();
      for (const step of ["claim", "release", "claim", "ready", "collect"] as const)
        await give(begun, { command: step }, barista);
    },
    cancelled: (begun) => give(begun, { command: "cancel" }, begun.customer),
    expired: () => advance(minutes(5)),
    refused: async () => undefined,
  };

  test.each(Object.keys(ways))("of one that is %s the events make one tree, whose root is the scan", async (way) => {
    if (way === "refused") page = await shop.publish(pageOf({ capacity: 1, scansPerCode: 2 }, page.storeId));
    if (way === "refused") await begin();
    const begun = await begin();
    await ways[way]?.(begun);
    await deliverNews();
    const all = [...(await shop.events("codes", page.storeId)), ...(await shop.events("orders", page.storeId))];
    const events = all.filter(({ correlationid }) => correlationid === begun.orderId);
    const parts = events.map(({ traceparent = "" }) => traceparent.split("-"));
    expect(new Set(parts.map(([version, trace]) => `${version}-${trace}`)).size).toBe(1);
    expect(new Set(parts.map(([, , span]) => span)).size).toBe(events.length);
    const ids = new Set(events.map(({ id }) => id));
    const roots = events.filter(({ causationid }) => causationid === undefined || !ids.has(causationid));
    expect(roots.map(({ type }) => type)).toEqual(["crema.code.scanned.v1"]);
    const trace = parts[0]?.[1] ?? "none";
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    // What the workflow was started with, and was told.
    const inputs = stack.engine
      .history(begun.orderId)
      .flatMap((event) => ("Input" in event && typeof event.Input === "string" ? [event.Input] : []));
    expect(inputs.length).toBeGreaterThan(0);
    for (const input of inputs) expect(input).toContain(trace);
  });
});

test("a scan told twice, at once and after the end, starts one workflow", async () => {
  const customerId = newCustomerId();
  const { code } = await currentWindow(page);
  const { orderId } = await scan(page, { customerId, code });
  const [scanned] = await news();
  await Promise.all([1, 2, 3].map(() => deliver(scanned, stack.client, context)));
  await stack.settle();
  const execution = stack.engine.instance(orderId)?.executionId;
  await advance(minutes(5));
  expect(stack.engine.instance(orderId)?.status).toBe("Completed");
  await deliver(scanned, stack.client, context);
  await stack.settle();
  expect(stack.engine.instance(orderId)).toMatchObject({ status: "Completed", executionId: execution });
});

test("an event that comes before its scan's, and one that is none, are left to Event Grid to try again", async () => {
  const begun = await begin();
  await submit(begun);
  const [submitted] = await news();
  if (submitted === undefined || !("order" in submitted.data)) return expect.unreachable("no event");
  const unknown = { ...submitted, data: { order: { ...submitted.data.order, id: crypto.randomUUID() } } };
  await expect(deliver(unknown, stack.client, context)).rejects.toThrow("There is no workflow");
  await expect(deliver({ type: "crema.order.ready.v1" }, stack.client, context)).rejects.toThrow("specversion");
  await expect(deliver({ ...submitted, data: {} }, stack.client, context)).rejects.toThrow("data.order");
});

test("the sweep tells again what a workflow missed, and nothing too early", async () => {
  const begun = await begin();
  await submitWithoutNumber(begun);
  await news();
  await sweep(stack.client, context);
  await stack.settle();
  expect((await order(begun)).state).toBe("submitted");
  await advance(16_000);
  await sweep(stack.client, context);
  await stack.settle();
  expect((await order(begun)).state).toBe("queued");
  await give(begun, { command: "ready" }, barista);
  await advance(minutes(1));
  expect(workflowOf(begun)?.status).toBe("Running");
  await sweep(stack.client, context);
  await stack.settle();
  expect(workflowOf(begun)?.status).toBe("Completed");
});

test("a workflow that ends at the moment it is told may answer 500: taken for the end that it is, and for a failure while it runs", async () => {
  // As the real host was seen to answer; the library makes this error of it.
  const racing: typeof stack.client = Object.create(stack.client, {
    raiseEvent: {
      value: () => Promise.reject(new Error("HTTP 500: System.InvalidOperationException … Completed state")),
    },
  });
  const begun = await begin();
  await submit(begun);
  const [submitted] = await news();
  await expect(deliver(submitted, racing, context)).rejects.toThrow("HTTP 500");
  await deliver(submitted, stack.client, context);
  await stack.settle();
  await give(begun, { command: "ready" }, barista);
  const [ready] = await news();
  await deliver(ready, stack.client, context);
  await stack.settle();
  expect(workflowOf(begun)?.status).toBe("Completed");
  await deliver(ready, racing, context);
  await advance(minutes(1));
  const told: unknown[] = [];
  await sweep(
    racing,
    new InvocationContext({ functionName: "test", logHandler: (_level, ...words) => told.push(...words) }),
  );
  // Workflows of other tests still run, and for them it is a failure.
  expect(told.map(String).filter((words) => words.includes(begun.orderId))).toEqual([]);
});

test("the sweep starts the workflow anew that was lost, and ends orders that nobody ends", async () => {
  const [submitted, chosen] = [await begin(), await begin()];
  await submitWithoutNumber(submitted);
  for (const begun of [submitted, chosen]) await stack.client.terminate(begun.orderId, "test");
  await stack.settle();
  await advance(16_000);
  await sweep(stack.client, context);
  await stack.settle();
  expect(await order(submitted)).toMatchObject({ state: "queued", number: 1 });
  expect(workflowOf(submitted)?.status).toBe("Running");
  expect((await order(chosen)).state).toBe("choosing");
  await advance(minutes(6));
  expect((await order(chosen)).state).toBe("choosing");
  await sweep(stack.client, context);
  expect(await order(chosen)).toMatchObject({ state: "expired", end: { reason: "customer" } });
  expect(await active()).toBe(1);
});

test("trouble with the database is waited out: nothing is lost and nothing is done twice", async () => {
  const { faults } = shop.services.cosmos;
  const begun = await begin();
  await submitWithoutNumber(begun);
  const matching = ({ operation }: { operation: string }) => operation === "batch";
  faults.next({ kind: "unavailable", times: 2, matching });
  // The write that took effect though its answer was lost is found done by the next try.
  faults.next({ kind: "unavailable-after", matching });
  await deliverNews();
  expect((await order(begun)).state).toBe("submitted");
  await advance(20_000);
  expect(await order(begun)).toMatchObject({ state: "queued", number: 1, version: 3 });
});

test("a database that is away for half an hour fails no workflow: what is due is done when it is back", async () => {
  const { faults } = shop.services.cosmos;
  const [unnumbered, choosing, queued] = [await begin(), await begin(), await begin()];
  await submit(queued);
  await deliverNews();
  await submitWithoutNumber(unnumbered);
  let down = true;
  faults.next({ kind: "unavailable", times: 10_000, matching: ({ operation }) => down && operation === "batch" });
  await deliverNews();
  await advance(minutes(30));
  for (const one of [unnumbered, choosing, queued]) expect(workflowOf(one)?.status).toBe("Running");
  down = false;
  await advance(minutes(1));
  expect(await order(unnumbered)).toMatchObject({ state: "queued", number: 2 });
  expect(await order(choosing)).toMatchObject({ state: "expired", end: { reason: "customer" } });
  expect(await order(queued)).toMatchObject({ state: "expired", end: { reason: "barista" } });
  expect([choosing, queued].map((one) => workflowOf(one)?.status)).toEqual(["Completed", "Completed"]);
  expect(workflowOf(unnumbered)?.status).toBe("Running");
});

describe("an order that is taken back to the bar", () => {
  /** Queued, its news delivered. */
  async function queued(): Promise<Begun> {
    const begun = await begin();
    await submit(begun);
    await deliverNews();
    return begun;
  }
  const anew = ({ orderId }: Begun, times = 1) => stack.engine.instance(`${orderId}-recall-${times}`);

  test("has a deadline and a workflow anew, which waits on and ends as the first did", async () => {
    const begun = await queued();
    await give(begun, { command: "ready" }, barista);
    await deliverNews();
    expect(workflowOf(begun)?.status).toBe("Completed");
    await advance(minutes(9));
    await give(begun, { command: "recall" }, barista);
    expect(await active()).toBe(1);
    await deliverNews();
    expect(anew(begun)?.status).toBe("Running");
    await advance(minutes(14));
    expect((await order(begun)).state).toBe("making");
    await give(begun, { command: "ready" }, barista);
    const [ready] = await news();
    await deliver(ready, stack.client, context);
    await stack.settle();
    expect(anew(begun)?.status).toBe("Completed");
    // Handed over and back: it stands at the counter, and nothing waits for anything.
    await give(begun, { command: "collect" }, barista);
    await give(begun, { command: "recall" }, barista);
    await deliverNews();
    expect([anew(begun, 2), (await order(begun)).state]).toEqual([undefined, "ready"]);
    expect(await active()).toBe(0);
  });

  test("expires when nobody makes it then either, and gives no scan back", async () => {
    const begun = await queued();
    await give(begun, { command: "cancel", note: "sorry" }, barista);
    await deliverNews();
    await give(begun, { command: "recall" }, barista);
    await deliverNews();
    await advance(minutes(15));
    expect(await order(begun)).toMatchObject({ state: "expired", end: { reason: "barista" } });
    expect(anew(begun)?.status).toBe("Completed");
    expect(await active()).toBe(0);
    expect((await shop.events("codes", page.storeId)).filter(({ type }) => type === "crema.code.returned.v1")).toEqual(
      [],
    );
  });

  test("has one workflow however often, late and in whichever order its events come", async () => {
    const begun = await queued();
    await give(begun, { command: "ready" }, barista);
    await give(begun, { command: "recall" }, barista);
    await give(begun, { command: "ready", version: 5 }, barista);
    const [first, recalled, second] = await news();
    // Its last word comes before the workflow that it is for: Event Grid has to try again.
    await expect(deliver(second, stack.client, context)).rejects.toThrow();
    for (const event of [recalled, recalled, second, recalled, first, first, second]) {
      await deliver(event, stack.client, context);
      await stack.settle();
    }
    expect([workflowOf(begun)?.status, anew(begun)?.status]).toEqual(["Completed", "Completed"]);
    await advance(minutes(20));
    await deliver(recalled, stack.client, context);
    await stack.settle();
    expect((await order(begun)).state).toBe("ready");
    expect(anew(begun, 2)).toBeUndefined();
  });

  test("is ended by the sweep when its event never came, though no workflow drives it", async () => {
    const begun = await queued();
    await give(begun, { command: "ready" }, barista);
    await deliverNews();
    await give(begun, { command: "recall" }, barista);
    await news();
    await advance(minutes(17));
    await sweep(stack.client, context);
    expect((await order(begun)).state).toBe("expired");
    expect(await active()).toBe(0);
  });
});

describe("an order that nobody fetches", () => {
  test("has its customer called once by the sweep, and is over with its day", async () => {
    const begun = await begin();
    await submit(begun);
    await deliverNews();
    await give(begun, { command: "ready" }, barista);
    await deliverNews();
    const { readyAt = "" } = await order(begun);
    await advance(minutes(9));
    await sweep(stack.client, context);
    expect(await order(begun)).not.toHaveProperty("calledAt");
    await advance(minutes(1.5));
    for (let times = 0; times < 3; times++) await sweep(stack.client, context);
    const told = async () =>
      (await shop.events("orders", page.storeId)).filter((event) => event.correlationid === begun.orderId);
    expect((await told()).filter(({ type }) => type === "crema.order.called.v1")).toHaveLength(1);
    await give(begun, { command: "call" }, barista);
    const end = Math.max(endOfDay(Date.parse(readyAt), page.store.timeZone), Date.parse(readyAt) + minutes(60));
    await advance(end - Date.now() - minutes(1));
    await sweep(stack.client, context);
    expect((await order(begun)).state).toBe("ready");
    await advance(minutes(2));
    await sweep(stack.client, context);
    expect(await order(begun)).toMatchObject({ state: "uncollected", end: { by: "system" } });
    expect((await told()).map(({ type }) => type.split(".")[2]).slice(-3)).toEqual(["called", "called", "uncollected"]);
  });
});
