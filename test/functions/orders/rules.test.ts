import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { orderView } from "../../../contracts/order.ts";
import { isActive, isFinal, type OrderState, orderStates } from "../../../contracts/order-states.ts";
import { choose } from "../../../functions/orders/choice.ts";
import type { Order } from "../../../functions/orders/order.ts";
import {
  type Actor,
  decide,
  earliness,
  givesPlaceBack,
  type Request,
  takesPlace,
} from "../../../functions/orders/rules.ts";
import { latte, noon, pageOf } from "./shop.ts";

const customer: Actor = { id: "customer-0000000001", parts: ["customer"] };
const ana: Actor = { id: "barista-ana-000001", name: "Ana", parts: ["barista"] };
const counter: Actor = { id: "barista-ana-000001", name: "Ana", parts: ["counter"] };
const bo: Actor = { id: "barista-bo-0000001", name: "Bo", parts: ["barista"] };
const admin: Actor = { id: "admin-000000000001", name: "Ada", parts: ["admin"] };
const workflow: Actor = { id: "workflow", parts: ["workflow"] };
const actors = { customer, counter, ana, bo, admin, workflow };

const at = (ms: number) => new Date(ms).toISOString();
const { menu } = pageOf();

function orderIn(state: OrderState, more: Partial<Order> = {}): Order {
  return {
    id: "6f1f7a52-52c4-4f0a-9d5e-0a3f0a9b1c01",
    kind: "order",
    storeId: "main",
    customerId: customer.id,
    version: 3,
    state,
    createdAt: at(noon),
    changedAt: at(noon),
    day: "2040-06-15",
    start: { window: at(noon), causationid: "scan" },
    keys: [],
    ttl: 1,
    ...(isActive(state) ? { deadline: at(noon + 300_000) } : {}),
    ...(state === "choosing" || state === "submitted" ? {} : { number: 7 }),
    ...(state === "ready" ? { readyAt: at(noon), callAt: at(noon + 300_000), waitsUntil: at(noon + 300_000) } : {}),
    ...(isFinal(state) ? { endedAt: at(noon) } : {}),
    ...(state === "cancelled" ? { end: { by: "barista" as const, note: "out of milk" } } : {}),
    ...(state === "making" ? { barista: { id: ana.id, name: "Ana" } } : {}),
    ...more,
  };
}

const requests: Record<Request["command"], Request> = {
  submit: { command: "submit", wish: latte, choice: choose(menu, latte), deadline: at(noon + 900_000) },
  place: { command: "place", wish: latte, choice: choose(menu, latte), deadline: at(noon + 900_000) },
  claim: { command: "claim" },
  release: { command: "release" },
  ready: { command: "ready" },
  collect: { command: "collect" },
  cancel: { command: "cancel", note: "out of milk" },
  number: { command: "number", number: 7, deadline: at(noon + 900_000) },
  expire: { command: "expire" },
  recall: { command: "recall", deadline: at(noon + 900_000) },
  call: { command: "call" },
  "give-up": { command: "give-up" },
};

/** The design's table: from each state, who leads where with which command; all else is refused. */
const table: Record<string, OrderState> = {
  "choosing submit customer": "submitted",
  "choosing place counter": "submitted",
  "submitted number workflow": "queued",
  "queued claim ana": "making",
  "queued claim bo": "making",
  "making release ana": "queued",
  "making release admin": "queued",
  "making ready ana": "ready",
  "making ready bo": "ready",
  "queued ready ana": "ready",
  "queued ready bo": "ready",
  "ready collect ana": "collected",
  "ready collect bo": "collected",
  "choosing cancel customer": "cancelled",
  "submitted cancel customer": "cancelled",
  "queued cancel customer": "cancelled",
  "submitted cancel ana": "cancelled",
  "queued cancel ana": "cancelled",
  "making cancel ana": "cancelled",
  "submitted cancel bo": "cancelled",
  "queued cancel bo": "cancelled",
  "making cancel bo": "cancelled",
  "ready recall ana": "making",
  "ready recall bo": "making",
  "collected recall ana": "ready",
  "collected recall bo": "ready",
  "cancelled recall ana": "queued",
  "cancelled recall bo": "queued",
  "ready call ana": "ready",
  "ready call bo": "ready",
  "ready call workflow": "ready",
  "ready give-up ana": "uncollected",
  "ready give-up bo": "uncollected",
  "ready give-up workflow": "uncollected",
  "choosing expire workflow": "expired",
  "submitted expire workflow": "expired",
  "queued expire workflow": "expired",
  "making expire workflow": "expired",
};
const late = noon + 300_000;
const commands = Object.keys(requests) as Request["command"][];
const names = Object.keys(actors) as (keyof typeof actors)[];
const mayAtAll = (command: string, actor: string) =>
  Object.keys(table).some((key) => key.endsWith(` ${command} ${actor === "bo" ? "ana" : actor}`));

test.each(orderStates.flatMap((state) => commands.map((command) => ({ state, command }))))(
  "$command when it is $state leads where the table says, or is refused with the reason",
  ({ state, command }) => {
    for (const actor of names) {
      const decision = decide(orderIn(state), requests[command], actors[actor], late);
      const to = table[`${state} ${command} ${actor}`];
      if (to !== undefined) {
        expect(decision).toMatchObject({
          kind: "change",
          order: { state: to, version: 4, changedAt: at(command === "call" ? noon : late) },
        });
        continue;
      }
      const held = state === "making" && actor === "bo" && (command === "claim" || command === "release");
      const code = !mayAtAll(command, actor) ? "forbidden" : held ? "order-held" : "order-state";
      expect(decision).toMatchObject({ kind: "refused", code });
      if (code === "order-state" && decision.kind === "refused") expect(decision.detail).toContain(state);
    }
  },
);

/** The order after a command that changes it. */
function changed(order: Order, request: Request, actor: Actor, now = noon): Order {
  const decision = decide(order, request, actor, now);
  if (decision.kind !== "change") throw new Error(`${request.command}: ${JSON.stringify(decision)}`);
  return decision.order;
}

test("each command leaves its mark on the order", () => {
  const submitted = changed(orderIn("choosing"), requests.submit, customer);
  expect(submitted).toMatchObject({ submittedAt: at(noon), deadline: at(noon + 900_000), drink: { name: "Latte" } });
  const queued = changed(submitted, requests.number, workflow, noon + 1);
  expect(queued).toMatchObject({ number: 7, queuedAt: at(noon + 1), deadline: at(noon + 900_000) });
  const making = changed(queued, requests.claim, ana, noon + 2);
  expect(making).toMatchObject({ barista: { id: ana.id, name: "Ana" }, claimedAt: at(noon + 2) });
  const released = changed(making, requests.release, ana);
  expect(released).not.toHaveProperty("barista");
  expect(released).not.toHaveProperty("claimedAt");
  const ready = changed(released, requests.ready, bo, noon + 3);
  expect(ready).toMatchObject({ readyAt: at(noon + 3), barista: { name: "Bo" } });
  expect(ready).not.toHaveProperty("deadline");
  expect(changed(ready, requests.collect, ana, noon + 4)).toMatchObject({ endedAt: at(noon + 4), version: 9 });
});

test("how it ended says by whom and why", () => {
  expect(changed(orderIn("queued"), { command: "cancel", note: "sorry" }, customer).end).toEqual({ by: "customer" });
  expect(changed(orderIn("queued"), requests.cancel, bo).end).toEqual({
    by: "barista",
    name: "Bo",
    note: "out of milk",
  });
  expect(changed(orderIn("choosing"), requests.expire, workflow, late).end).toMatchObject({ reason: "customer" });
  expect(changed(orderIn("making"), requests.expire, workflow, late).end).toMatchObject({ reason: "barista" });
});

test("a barista must say why", () => {
  const decision = decide(orderIn("queued"), { command: "cancel" }, bo, noon);
  expect(decision).toMatchObject({ kind: "refused", code: "bad-request", errors: [{ path: "note" }] });
});

test("a barista's own order is cancelled as its customer, or with a reason as a barista", () => {
  const both: Actor = { id: customer.id, name: "Cy", parts: ["customer", "barista"] };
  expect(changed(orderIn("queued"), { command: "cancel" }, both).end?.by).toBe("customer");
  expect(changed(orderIn("queued"), requests.cancel, both).end?.by).toBe("barista");
  expect(changed(orderIn("choosing"), requests.cancel, both).end?.by).toBe("customer");
  expect(changed(orderIn("making"), requests.cancel, both).end?.by).toBe("barista");
});

test("repeated by the same actor a command changes nothing, also with the version seen before it", () => {
  const making = changed(orderIn("queued"), requests.claim, ana);
  expect(decide(making, { command: "claim", version: 3 }, ana, noon)).toEqual({ kind: "same" });
  expect(decide(making, { command: "claim", version: 3 }, bo, noon)).toMatchObject({ code: "order-held" });
  const ready = changed(making, requests.ready, ana);
  expect(decide(ready, requests.ready, ana, noon)).toEqual({ kind: "same" });
  expect(decide(ready, requests.ready, bo, noon)).toMatchObject({ code: "order-state" });
  const queued = changed(changed(orderIn("choosing"), requests.submit, customer), requests.number, workflow);
  expect(decide(queued, requests.submit, customer, noon)).toEqual({ kind: "same" });
  const other = { drinkId: "drink:espresso", options: {} };
  const again: Request = { command: "submit", wish: other, choice: choose(menu, other), deadline: at(late) };
  expect(decide(queued, again, customer, noon)).toMatchObject({ code: "order-state" });
});

describe("a recall", () => {
  const { recall } = requests;

  test("is done twenty times to an order, and no more", () => {
    const times = (count: number) =>
      Array.from({ length: count }, () => ({ at: at(noon), from: "ready" as const, since: at(noon) }));
    const recalled = changed(orderIn("ready", { recalled: times(19) }), recall, ana);
    expect(recalled.recalled).toHaveLength(20);
    expect(decide(orderIn("ready", { recalled: times(20) }), recall, ana, noon)).toMatchObject({ code: "recall-over" });
  });
  const making = changed(orderIn("queued"), requests.claim, ana);
  const ready = changed(making, { command: "ready", waits: { callAt: at(late), waitsUntil: at(late) } }, ana, noon + 1);

  test("takes back what was a mistake and keeps it beside, for who has counted it", () => {
    const back = changed(ready, recall, bo, noon + 2);
    expect(back).toMatchObject({ state: "making", barista: { name: "Ana" }, deadline: at(noon + 900_000) });
    for (const field of ["readyAt", "callAt", "waitsUntil"]) expect(back).not.toHaveProperty(field);
    expect(back.recalled).toEqual([{ at: at(noon + 2), from: "ready", since: at(noon + 1), claimedAt: at(noon) }]);
    const collected = changed(ready, requests.collect, ana, noon + 3);
    const again = changed(collected, recall, ana, noon + 4);
    expect(again).toMatchObject({
      state: "ready",
      readyAt: at(noon + 1),
      callAt: at(late),
      recalled: [{ readyAt: at(noon + 1) }],
    });
    expect(again).not.toHaveProperty("endedAt");
    const cancelled = changed(making, { command: "cancel", note: "sorry", why: "mistake" }, ana, noon + 5);
    const queued = changed(cancelled, recall, bo, noon + 6);
    expect(queued).toMatchObject({ state: "queued", number: 7, recalled: [{ from: "cancelled", why: "mistake" }] });
    for (const field of ["end", "endedAt", "barista", "claimedAt"]) expect(queued).not.toHaveProperty(field);
  });

  test("is possible for ten minutes, and of what the bar itself cancelled after it had a number", () => {
    const over = noon + 1 + 600_000;
    expect(decide(ready, recall, ana, over)).toMatchObject({ kind: "change" });
    expect(decide(ready, recall, ana, over + 1)).toMatchObject({ code: "recall-over" });
    const byCustomer = changed(orderIn("queued"), { command: "cancel" }, customer);
    expect(decide(byCustomer, recall, ana, noon)).toMatchObject({ code: "order-state" });
    const { number: _, ...unnumbered } = orderIn("cancelled");
    expect(decide(unnumbered, recall, ana, noon)).toMatchObject({ code: "order-state" });
  });

  test("given again is the same, unless its giver has seen the one before", () => {
    const back = changed(changed(ready, requests.collect, ana), recall, ana);
    expect(decide(back, recall, ana, noon)).toEqual({ kind: "same" });
    expect(decide(back, { ...recall, version: back.version - 1 } as Request, ana, noon)).toEqual({ kind: "same" });
    const further = decide(back, { ...recall, version: back.version } as Request, ana, noon);
    expect(further).toMatchObject({ kind: "change", order: { state: "making" } });
  });
});

test("a ready order is called and given up by the clock when its time has come, by a barista at any time", () => {
  const waits = { callAt: at(noon + 100), waitsUntil: at(noon + 200) };
  const ready = changed(orderIn("making"), { command: "ready", waits }, ana);
  const { call, "give-up": giveUp } = requests;
  expect(decide(ready, call, workflow, noon + 99)).toEqual({ kind: "same" });
  const called = changed(ready, call, workflow, noon + 100);
  expect(called).toMatchObject({ state: "ready", calledAt: at(noon + 100), changedAt: ready.changedAt });
  expect(decide(called, call, workflow, noon + 101)).toEqual({ kind: "same" });
  expect(changed(called, { ...call, version: called.version } as Request, ana, noon + 101).calledAt).toBe(
    at(noon + 101),
  );
  expect(decide(called, giveUp, workflow, noon + 199)).toEqual({ kind: "same" });
  expect(changed(called, giveUp, workflow, noon + 200)).toMatchObject({ state: "uncollected", end: { by: "system" } });
  expect(changed(ready, giveUp, bo)).toMatchObject({ state: "uncollected", end: { by: "barista", name: "Bo" } });
  const { callAt: _, waitsUntil: __, ...old } = ready;
  const day = 24 * 60 * 60_000;
  expect(decide(old, giveUp, workflow, noon + day - 1)).toEqual({ kind: "same" });
  expect(changed(old, giveUp, workflow, noon + day)).toMatchObject({ state: "uncollected" });
});

test("a stale version is refused before anything is looked at", () => {
  expect(decide(orderIn("queued"), { command: "claim", version: 2 }, ana, noon)).toMatchObject({
    code: "order-version",
  });
  expect(decide(orderIn("queued"), { command: "claim", version: 3 }, ana, noon)).toMatchObject({ kind: "change" });
});

test("nothing expires before its time, but for the moment that timers may be early", () => {
  const deadline = noon + 300_000;
  expect(decide(orderIn("queued"), requests.expire, workflow, deadline - earliness - 1)).toEqual({ kind: "same" });
  expect(decide(orderIn("queued"), requests.expire, workflow, deadline - earliness)).toMatchObject({ kind: "change" });
});

test("a drink that cannot be had is refused only when the order could be submitted", () => {
  const wish = { drinkId: "drink:cortado", options: {} };
  const request: Request = { command: "submit", wish, choice: choose(menu, wish), deadline: at(late) };
  expect(decide(orderIn("choosing"), request, customer, noon)).toMatchObject({ code: "drink-unavailable" });
  expect(decide(orderIn("expired"), request, customer, noon)).toMatchObject({ code: "order-state" });
});

test("whatever is commanded: versions grow by one, places are given back once, the end is the end, the view is valid", () => {
  const step = fc.record({
    order: fc.nat(2),
    // Every second command is one that the state allows, so that orders come far.
    fitting: fc.option(fc.nat(20)),
    any: fc.record({ command: fc.constantFrom(...commands), actor: fc.constantFrom(...names) }),
    // Mostly moments; now and then so long that a deadline passes.
    later: fc.oneof({ weight: 9, arbitrary: fc.nat(5_000) }, { weight: 1, arbitrary: fc.nat(20 * 60_000) }),
  });
  const reached = new Set<OrderState>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const orders = Array.from({ length: 3 }, () => orderIn("choosing", { version: 1 }));
      let active = orders.length;
      let now = noon;
      for (const { order: index, fitting, any, later } of steps) {
        const before = orders[index];
        if (before === undefined) throw new Error("no such order");
        const allowed = Object.keys(table).filter((key) => key.startsWith(`${before.state} `));
        const [, command = any.command, actor = any.actor] = (
          fitting === null ? "" : (allowed[fitting % Math.max(1, allowed.length)] ?? "")
        ).split(" ") as [string, Request["command"]?, (typeof names)[number]?];
        now += later;
        const copy = structuredClone(before);
        const decision = decide(before, requests[command], actors[actor], now);
        expect(before).toEqual(copy);
        if (decision.kind !== "change") continue;
        const after = decision.order;
        expect(isFinal(before.state)).toBe(decision.event === "crema.order.recalled.v1" && before.state !== "ready");
        expect(after.version).toBe(before.version + 1);
        expect(orderView.safeParse(after).success).toBe(true);
        expect(after.deadline !== undefined).toBe(isActive(after.state));
        if (givesPlaceBack(before.state, after.state)) active--;
        if (takesPlace(before.state, after.state)) active++;
        expect(after.recalled?.length ?? 0).toBeGreaterThanOrEqual(before.recalled?.length ?? 0);
        orders[index] = after;
        reached.add(after.state);
        expect(active).toBe(orders.filter(({ state }) => isActive(state)).length);
      }
    }),
    { numRuns: 300 },
  );
  expect(reached).toEqual(new Set(orderStates.filter((state) => state !== "choosing" && state !== "refused")));
});
