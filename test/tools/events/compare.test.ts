import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CremaEvent, OrderEventType } from "../../../contracts/events.ts";
import { isActive, type OrderState, orderStates } from "../../../contracts/order-states.ts";
import type { Order } from "../../../functions/orders/order.ts";
import { viewOf } from "../../../functions/orders/order.ts";
import { eventDocument } from "../../../functions/platform/outbox-document.ts";
import { compare, type Facts } from "../../../tools/events/compare.ts";
import { sampleOf } from "../../../tools/events/inject.ts";

const now = Date.parse("2026-06-15T12:00:00Z");
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
const { id, customerId, storeId } = (sampleOf("order.ready") as CremaEvent<"crema.order.ready.v1">).data.order;
const scan = sampleOf("code.scanned") as CremaEvent<"crema.code.scanned.v1">;

/** An order that has been as it is for a minute, and may stay so for ten. */
function order(state: OrderState, change: Partial<Order> = {}): Order {
  const numbered = !["refused", "choosing", "submitted"].includes(state);
  return {
    ...{ id, kind: "order", storeId, customerId, version: 2, state, day: "2026-06-15", keys: [], ttl: 1 },
    ...{ createdAt: ago(90), changedAt: ago(60), start: { window: ago(100), causationid: "scan" } },
    ...(numbered && { number: 7 }),
    ...(isActive(state) && { deadline: ago(-600) }),
    ...change,
  };
}
/** The events of all versions of an order; which types they are of does not matter here. */
function eventsOf(of: Order, without: number[] = []): CremaEvent[] {
  const versions = Array.from({ length: of.version }, (_, at) => at + 1).filter((each) => !without.includes(each));
  return versions.map((version) => {
    const type = "crema.order.admitted.v1" as OrderEventType;
    const data = { order: { ...viewOf(of), version } };
    const about = `orders/${id}`;
    return eventDocument({
      type,
      id: `${id}-${version}`,
      service: "orders",
      storeId,
      about,
      version,
      correlationid: id,
      data,
    }).event;
  });
}
const workflow = (runtimeStatus: string) => ({
  runtimeStatus,
  createdTime: ago(90),
  lastUpdatedTime: ago(60),
  output: null,
});
const facts = (of: Order, status: string | undefined, more: Partial<Facts> = {}): Facts => ({
  ...{ now, order: of, scan, events: eventsOf(of) },
  ...(status && { workflow: workflow(status) }),
  ...more,
});
const kind = ({ remedy }: { remedy?: object }) => Object.keys(remedy ?? {})[0];

describe("all is right, and nothing is done", () => {
  test.each<[OrderState, string | undefined, Partial<Order>]>([
    ["choosing", "Running", {}],
    ["queued", "Running", {}],
    ["making", "Running", {}],
    ["ready", "Completed", {}],
    ["collected", "Completed", {}],
    ["refused", "Completed", {}],
    ["expired", "Completed", {}],
    // On its way.
    ["submitted", "Running", { changedAt: ago(5) }],
    ["ready", "Running", { changedAt: ago(5) }],
    ["queued", "Running", { deadline: ago(3) }],
    // Its workflow had nothing more to do.
    ["collected", "Failed", {}],
    ["ready", undefined, {}],
    // Forgotten after a week.
    ["expired", undefined, { createdAt: ago(8 * 86_400) }],
    // Nobody fetched it: of that the clock takes care, and of what is given up nobody.
    ["ready", "Completed", { callAt: ago(-60), waitsUntil: ago(-3600) }],
    ["ready", "Completed", { callAt: ago(90) }],
    ["ready", "Completed", { calledAt: ago(3600) }],
    ["uncollected", "Completed", {}],
    ["uncollected", undefined, {}],
    // Taken back.
    ["making", "Running", { recalled: [{ at: ago(60), from: "ready", since: ago(70) }] }],
    ["ready", "Completed", { recalled: [{ at: ago(60), from: "collected", since: ago(70) }] }],
    // Of an order at the counter there was no scan to give back.
    ["cancelled", "Failed", { number: undefined, counter: { named: false } } as never],
    ["expired", undefined, { number: undefined, counter: { named: true } } as never],
  ])("%s, its workflow %s %j", (state, status, change) => {
    expect(compare(facts(order(state, change), status))).toEqual({ disagreements: [] });
  });
});

describe("its workflow is started anew or told again", () => {
  test.each<[OrderState, string | undefined, Partial<Order>, string, RegExp]>([
    ["queued", undefined, {}, "start", /is queued, but it has no workflow/],
    ["choosing", "Failed", {}, "start", /is choosing, but its workflow is Failed/],
    ["making", "Completed", {}, "start", /but its workflow is Completed/],
    ["submitted", "Terminated", {}, "start", /but its workflow is Terminated/],
    ["refused", "Failed", {}, "start", /scan may not have been given back/],
    ["cancelled", undefined, { number: undefined } as never, "start", /scan may not have been given back/],
    ["submitted", "Running", {}, "raise", /submitted for 60 s and has no number/],
    ["ready", "Running", {}, "raise", /ready for 60 s, and its workflow still waits/],
    ["queued", "Running", { deadline: ago(180) }, "raise", /its time was over 3 min ago/],
    ["queued", "Suspended", {}, "resume", /is suspended/],
  ])("%s, its workflow %s %j: %s", (state, status, change, remedy, said) => {
    const verdict = compare(facts(order(state, change), status));
    expect(kind(verdict)).toBe(remedy);
    expect(verdict.disagreements).toEqual([expect.stringMatching(said)]);
  });

  test("of what was taken back or placed at the counter, with where it stands: its scan and its number are settled", () => {
    const recalled = [{ at: ago(60), from: "cancelled" as const, since: ago(70) }];
    const from = { state: "queued", version: 2, deadline: ago(-600), numbered: true };
    for (const change of [{ recalled }, { counter: { named: false }, start: {} }])
      expect(compare(facts(order("queued", change), undefined)).remedy).toEqual({
        start: { orderId: id, storeId, from },
      });
    const waits = order("collected", { recalled: [{ at: ago(90), from: "ready", since: ago(95) }] });
    expect(kind(compare(facts(waits, "Running")))).toBe("raise");
  });

  test("with what it began with, and with where the order stands", () => {
    const queued = order("queued");
    expect(compare(facts(queued, undefined)).remedy).toEqual({
      start: { orderId: id, storeId, customerId, ...queued.start },
    });
    const ready = order("ready");
    expect(compare(facts(ready, "Running")).remedy).toEqual({ raise: { state: "ready", version: 2, numbered: true } });
  });
});

test("what the work of each minute has missed is said, and no workflow can mend it", () => {
  const said = (change: Partial<Order>) => compare(facts(order("ready", change), "Completed"));
  expect(said({ callAt: ago(240) })).toEqual({
    disagreements: [`Its customer should have been called once more since ${ago(240)}.`],
  });
  expect(said({ callAt: ago(7200), waitsUntil: ago(300) })).toEqual({
    disagreements: [`It should have been given up as not fetched since ${ago(300)}.`],
  });
});

describe("where there is a scan and no order", () => {
  const begun = (status: string | undefined, time = ago(60)) =>
    compare({ now, events: [], scan: { ...scan, time }, ...(status && { workflow: workflow(status) }) });

  test("the workflow that was never started is started, as the scan would have", () => {
    expect(begun(undefined)).toMatchObject({
      disagreements: [expect.stringContaining("there is no order and no workflow")],
      remedy: { start: { orderId: scan.data.orderId, window: scan.data.window.opensAt, causationid: scan.id } },
    });
    expect(kind(begun("Failed"))).toBe("start");
  });

  test("one that tries still is left alone, and so is one that has answered, or is a moment old, or long forgotten", () => {
    expect(begun("Running")).toEqual({ disagreements: [expect.stringContaining("retries by itself")] });
    expect(begun("Completed")).toEqual({ disagreements: [] });
    expect(begun(undefined, ago(5))).toEqual({ disagreements: [] });
    expect(begun(undefined, ago(9 * 86_400))).toEqual({ disagreements: [] });
  });
});

describe("events that do not tell what the document says", () => {
  const right = order("queued", { version: 3 });
  test.each<[string, CremaEvent[], RegExp]>([
    ["one is missing", eventsOf(right, [2]), /has no event of version 2; the document is at version 3/],
    ["they are ahead", eventsOf(order("queued", { version: 4 })), /event of version 4; the document is at version 3/],
    [
      "they say otherwise",
      eventsOf(order("making", { version: 3 })),
      /version 3 says making; the document says queued/,
    ],
  ])("%s: it is said, and no workflow can mend it", (_, events, said) => {
    expect(compare(facts(right, "Running", { events }))).toEqual({ disagreements: [expect.stringMatching(said)] });
  });

  test("those that are older than the archive are not missed", () => {
    const old = order("collected", { createdAt: ago(31 * 86_400), changedAt: ago(31 * 86_400) });
    expect(compare(facts(old, "Completed", { events: [] }))).toEqual({ disagreements: [] });
  });
});

test("whatever the facts, a remedy comes with the reason for it, and never for what is on its way", () => {
  const status = fc.constantFrom(undefined, "Pending", "Running", "Suspended", "Completed", "Failed", "Terminated");
  const since = fc.integer({ min: 0, max: 40 * 86_400 });
  fc.assert(
    fc.property(fc.constantFrom(...orderStates), status, since, since, (state, runtime, changed, late) => {
      const one = order(state, {
        changedAt: ago(changed),
        createdAt: ago(changed + 1),
        ...(isActive(state) && { deadline: ago(late) }),
      });
      const verdict = compare(facts(one, runtime));
      if (verdict.remedy) expect(verdict.disagreements.length).toBeGreaterThan(0);
      if (changed < 15 && (runtime === "Running" || runtime === "Pending")) expect(verdict.remedy).toBeUndefined();
      // What Durable Functions would refuse: to start what runs, or to tell what is over.
      if (kind(verdict) === "start") expect(["Pending", "Running", "Suspended"]).not.toContain(runtime);
      if (kind(verdict) === "raise") expect(["Pending", "Running"]).toContain(runtime);
    }),
  );
});
