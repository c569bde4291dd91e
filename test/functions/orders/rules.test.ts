import fc from "fast-check";
import { expect, test } from "vitest";
import { orderView } from "../../../contracts/order.ts";
import { isActive, isFinal, type OrderState, orderStates } from "../../../contracts/order-states.ts";
import { choose } from "../../../functions/orders/choice.ts";
import type { Order } from "../../../functions/orders/order.ts";
import { type Actor, decide, earliness, givesPlaceBack, type Request } from "../../../functions/orders/rules.ts";
import { latte, noon, pageOf } from "./shop.ts";

const customer: Actor = { id: "customer-0000000001", parts: ["customer"] };
const ana: Actor = { id: "barista-ana-000001", name: "Ana", parts: ["barista"] };
const bo: Actor = { id: "barista-bo-0000001", name: "Bo", parts: ["barista"] };
const admin: Actor = { id: "admin-000000000001", name: "Ada", parts: ["admin"] };
const workflow: Actor = { id: "workflow", parts: ["workflow"] };
const actors = { customer, ana, bo, admin, workflow };

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
    ...(state === "making" ? { barista: { id: ana.id, name: "Ana" } } : {}),
    ...more,
  };
}

const requests: Record<Request["command"], Request> = {
  submit: { command: "submit", wish: latte, choice: choose(menu, latte), deadline: at(noon + 900_000) },
  claim: { command: "claim" },
  release: { command: "release" },
  ready: { command: "ready" },
  collect: { command: "collect" },
  cancel: { command: "cancel", note: "out of milk" },
  number: { command: "number", number: 7, deadline: at(noon + 900_000) },
  expire: { command: "expire" },
};

/** The design's table: from each state, who leads where with which command; all else is refused. */
const table: Record<string, OrderState> = {
  "choosing submit customer": "submitted",
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
        expect(decision).toMatchObject({ kind: "change", order: { state: to, version: 4, changedAt: at(late) } });
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
        expect(isFinal(before.state)).toBe(false);
        expect(after.version).toBe(before.version + 1);
        expect(orderView.safeParse(after).success).toBe(true);
        expect(after.deadline !== undefined).toBe(isActive(after.state));
        if (givesPlaceBack(before.state, after.state)) active--;
        orders[index] = after;
        reached.add(after.state);
        expect(active).toBe(orders.filter(({ state }) => isActive(state)).length);
      }
    }),
    { numRuns: 300 },
  );
  expect(reached).toEqual(new Set(orderStates.filter((state) => state !== "choosing" && state !== "refused")));
});
