import { expect, test } from "vitest";
import { journeyStep, sharedStep } from "../../../contracts/journey.ts";
import { choose } from "../../../functions/orders/choice.ts";
import { journeyOf, shared } from "../../../functions/orders/journey.ts";
import type { Order } from "../../../functions/orders/order.ts";
import { eventOf, type OrderEventDocument } from "../../../functions/orders/orders-container.ts";
import { type Actor, decide, type Request } from "../../../functions/orders/rules.ts";
import { noon, pageOf } from "./shop.ts";

const at = (second: number) => new Date(noon + second * 1000).toISOString();
const traceparent = `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01`;
const customer: Actor = { id: "customer-0000000001", parts: ["customer"] };
const ana: Actor = { id: "barista-ana-000001", name: "Ana", parts: ["barista"] };
const ada: Actor = { id: "admin-000000000001", name: "Ada", parts: ["admin"] };
const workflow: Actor = { id: "workflow", parts: ["workflow"] };

const admitted: Order = {
  id: "6f1f7a52-52c4-4f0a-9d5e-0a3f0a9b1c01",
  kind: "order",
  storeId: "main",
  customerId: customer.id,
  version: 1,
  state: "choosing",
  createdAt: at(2),
  changedAt: at(2),
  deadline: at(302),
  day: "2040-06-15",
  start: { window: at(-30), causationid: "main:scan:1", scan: { at: at(0), sequence: "0000000004" }, traceparent },
  keys: [],
  ttl: 1,
};
const wish = { drinkId: "drink:espresso", options: {} };
const submit: Request = { command: "submit", wish, choice: choose(pageOf().menu, wish), deadline: at(900) };
const queue: Request = { command: "number", number: 7, deadline: at(900) };

/** The order after these steps, with its events; each happens so many seconds after the scan. */
function after(...steps: [second: number, request: Request, actor: Actor][]) {
  let order = admitted;
  const events = [timed(eventOf(order, "crema.order.admitted.v1", {}), 2)];
  for (const [second, request, actor] of steps) {
    const decision = decide(order, request, actor, noon + second * 1000);
    if (decision.kind !== "change") throw new Error(`${request.command} changes nothing: ${JSON.stringify(decision)}`);
    order = decision.order;
    events.push(timed(eventOf(order, decision.event, { causationid: `${order.id}-${order.version - 1}` }), second));
  }
  return { order, events };
}
function timed(document: OrderEventDocument, second: number): OrderEventDocument {
  return { ...document, event: { ...document.event, time: at(second) } };
}

const told = (order: Order, events: OrderEventDocument[]) =>
  journeyOf(order, events).steps.map(({ what, who, untilNext }) => [what, who.part, who.name, untilNext]);

const way: [number, Request, Actor][] = [
  [30, submit, customer],
  [31, queue, workflow],
  [60, { command: "claim" }, ana],
  [70, { command: "release" }, ada],
  [90, { command: "claim" }, ana],
  [120, { command: "ready" }, ana],
  [180, { command: "collect" }, ana],
];

test("all that happened is told in its order, with who did it and how long it was until the next", () => {
  const { order, events } = after(...way);
  expect(told(order, events.toReversed())).toEqual([
    ["scanned", "customer", undefined, 2_000],
    ["admitted", "workflow", undefined, 28_000],
    ["submitted", "customer", undefined, 1_000],
    ["queued", "workflow", undefined, 29_000],
    ["claimed", "barista", "Ana", 10_000],
    ["released", "admin", "Ada", 20_000],
    ["claimed", "barista", "Ana", 30_000],
    ["ready", "barista", "Ana", 60_000],
    ["collected", "barista", "Ana", undefined],
  ]);
  const { steps, whole } = journeyOf(order, events);
  expect(whole).toBe(true);
  for (const step of steps) expect(journeyStep.parse(step)).toEqual(step);
  expect(steps.map(({ state }) => state)).toEqual([
    undefined,
    "choosing",
    "submitted",
    "queued",
    "making",
    "queued",
    "making",
    "ready",
    "collected",
  ]);
  expect(steps[0]?.event).toEqual({
    id: "main:scan:1",
    type: "crema.code.scanned.v1",
    sequence: "0000000004",
    trace: "ab".repeat(16),
  });
  expect(steps[2]?.event).toMatchObject({ causation: `${order.id}-1`, trace: "ab".repeat(16) });
});

test("whoever and whatever ends an order is told", () => {
  const clock = after([310, { command: "expire" }, workflow]);
  expect(told(clock.order, clock.events).at(-1)).toEqual(["expired", "clock", undefined, undefined]);
  const gone = after([30, { command: "cancel" }, customer]);
  expect(told(gone.order, gone.events).at(-1)).toEqual(["cancelled", "customer", undefined, undefined]);
  const bar = after([30, submit, customer], [40, { command: "cancel", note: "no milk" }, ana]);
  expect(told(bar.order, bar.events).at(-1)).toEqual(["cancelled", "barista", "Ana", undefined]);
});

test("where events are gone, what the order itself remembers is told, and that something is missing", () => {
  const { order, events } = after(...way);
  const none = journeyOf(order, []);
  expect(none.whole).toBe(false);
  expect(none.steps.map(({ what, event }) => [what, event !== undefined])).toEqual([
    ["scanned", true],
    ["admitted", false],
    ["submitted", false],
    ["queued", false],
    ["claimed", false],
    ["ready", false],
    ["collected", false],
  ]);
  // The oldest go first.
  const late = journeyOf(order, events.slice(4));
  expect(late.steps.map(({ what, event }) => [what, event !== undefined])).toEqual([
    ["scanned", true],
    ["admitted", false],
    ["submitted", false],
    ["queued", false],
    ["released", true],
    ["claimed", true],
    ["ready", true],
    ["collected", true],
  ]);
});

test("events and orders of before it was kept who did it tell what is certain", () => {
  const { order, events } = after(...way);
  const old = events.map(({ by: _, ...event }) => event);
  const { scan: _, ...start } = order.start;
  expect(told({ ...order, start }, old).map(([what, part, name]) => [what, part, name])).toEqual([
    ["admitted", "workflow", undefined],
    ["submitted", "customer", undefined],
    ["queued", "workflow", undefined],
    ["claimed", "barista", "Ana"],
    ["released", "barista", undefined],
    ["claimed", "barista", "Ana"],
    ["ready", "barista", "Ana"],
    ["collected", "barista", undefined],
  ]);
});

test("what is shared names nobody, and no order", () => {
  const { order, events } = after(...way);
  const steps = journeyOf(order, events).steps.map(shared);
  for (const step of steps) expect(sharedStep.parse(step)).toEqual(step);
  expect(JSON.stringify(steps)).not.toMatch(new RegExp(`Ana|Ada|${order.id}|${customer.id}|abab`));
});
