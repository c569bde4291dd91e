import fc from "fast-check";
import type { OrderEventType } from "../../../contracts/events.ts";
import type { OrderView } from "../../../contracts/order.ts";
import { cancelReasons, type OrderState, type RecalledFrom, scanRefusals } from "../../../contracts/order-states.ts";
import type { RefusedScans } from "../../../contracts/scans.ts";

/** An order's whole story: its view after each step, with the event that told it. */
export type Story = { type: OrderEventType; order: OrderView }[];

const minute = 60_000;
const wait = (most: number) => fc.integer({ min: 1, max: most * minute });
const drinks = [
  { id: "drink:latte", name: "Latte", icon: "cup" },
  { id: "drink:latte", name: "Caffè latte", icon: "cup" },
  { id: "drink:espresso", name: "Espresso", icon: "cup" },
];
const milks = [
  { group: "milk", groupName: "Milk", choice: "oat", choiceName: "Oat" },
  { group: "milk", groupName: "Milk", choice: "whole", choiceName: "Whole" },
];

/** What only people know, and no figure may hold. */
export const personal = { name: "Bea Barista", note: "for Mr Smith, +1 425 555 0100" };

const ends = [
  "collected",
  "collected",
  "collected",
  "left",
  "uncollected",
  "refused",
  "cancelled",
  "expired",
  "open",
] as const;

/** The plan of an order: how far it comes, how it ends there, and how long each step takes. */
const plan = fc.record({
  id: fc.uuid({ version: 4 }),
  at: fc.integer({ min: 0, max: 30 * 60 * minute }),
  choose: wait(5),
  number: wait(1),
  claim: wait(20),
  make: wait(10),
  counter: wait(90),
  end: fc.constantFrom(...ends),
  /** Where it ends when it is cancelled, expired or still open. */
  step: fc.integer({ min: 0, max: 3 }),
  reason: fc.constantFrom("closed", "full", "limit" as const),
  by: fc.constantFrom("customer", "barista" as const),
  why: fc.option(fc.constantFrom(...cancelReasons), { nil: undefined }),
  drink: fc.constantFrom(...drinks),
  options: fc.subarray(milks),
  claimed: fc.boolean(),
  /** Placed by a barista. Nobody chooses then, nor is refused an order that would be one. */
  atCounter: fc.boolean(),
  /** What is taken back before it ends for good. */
  undo: fc.array(fc.constantFrom("ready", "collected", "cancelled" as const), { maxLength: 2 }),
  later: fc.integer({ min: 1, max: 10 * minute }),
});

/** Stories of orders that begin within thirty hours after `begin`. */
export function stories(storeId: string, begin: number): fc.Arbitrary<Story[]> {
  return fc
    .uniqueArray(plan, { selector: ({ id }) => id, minLength: 1, maxLength: 40 })
    .map((plans) => plans.map((one) => storyOf(storeId, begin, one)));
}

/** Scans that began no order, in some of the five minutes of the thirty hours after `begin`. */
export function refusals(begin: number): fc.Arbitrary<Omit<RefusedScans, "storeId">[]> {
  const counts = fc.dictionary(fc.constantFrom(...scanRefusals), fc.integer({ min: 1, max: 120 }), { minKeys: 1 });
  const slot = fc.record({ at: fc.nat(30 * 12 - 1), counts, more: fc.boolean() });
  return fc.uniqueArray(slot, { selector: ({ at }) => at, maxLength: 12 }).map((slots) =>
    slots.map(({ at, ...rest }) => {
      const from = begin + at * 5 * minute;
      const [start, end] = [from, from + 5 * minute].map((moment) => new Date(moment).toISOString());
      return { ...rest, from: String(start), until: String(end) };
    }),
  );
}

type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

function storyOf(storeId: string, begin: number, one: Plan): Story {
  let now = begin + one.at;
  const at = () => new Date(now).toISOString();
  const story: Story = [];
  let order: OrderView = {
    id: one.id,
    storeId,
    customerId: `customer-${one.id.slice(-12)}`,
    version: 0,
    state: "choosing",
    createdAt: at(),
    ...(one.atCounter && one.end !== "refused" && { counter: { named: false } }),
  };
  const step = (state: OrderState, told: string, change: Partial<OrderView> = {}) => {
    order = { ...order, ...change, state, version: order.version + 1 };
    story.push({ type: `crema.order.${told}.v1` as OrderEventType, order });
  };
  if (one.end === "refused") {
    step("refused", "refused", { endedAt: at(), end: { by: "system", reason: one.reason } });
    return story;
  }
  const barista = { id: "barista-0000000001", name: personal.name };
  const steps: (() => void)[] = [
    () => step("choosing", "admitted"),
    () => {
      now += one.choose;
      step("submitted", "submitted", { submittedAt: at(), drink: one.drink, options: one.options });
    },
    () => {
      now += one.number;
      step("queued", "queued", { number: 1, queuedAt: at() });
    },
    () => {
      now += one.claim;
      if (one.claimed) step("making", "claimed", { claimedAt: at(), barista });
    },
  ];
  const early = one.end === "cancelled" || one.end === "expired" || one.end === "open";
  for (const take of early ? steps.slice(0, one.step + 1) : steps) take();
  now += one.make;
  // A mistake, and what takes it back: as the rules of orders do it, by hand.
  const undone = (from: RecalledFrom, to: OrderState) => {
    const { endedAt, end, ...rest } = order;
    const { claimedAt, readyAt } = rest;
    now += one.later;
    const entry = {
      ...{ at: at(), from, since: (from === "ready" ? readyAt : endedAt) ?? "" },
      ...(claimedAt && { claimedAt }),
      ...(from === "collected" && readyAt && { readyAt }),
      ...(end?.why && { why: end.why }),
    };
    order = { ...rest, recalled: [...(rest.recalled ?? []), entry] };
    if (from !== "collected") delete order.readyAt;
    if (from === "ready") order.claimedAt ??= at();
    if (from === "cancelled") delete order.claimedAt;
    step(to, "recalled");
    now += one.make;
  };
  if (!early) {
    for (const from of one.undo) {
      if (from === "cancelled") {
        step("cancelled", "cancelled", { endedAt: at(), end: { by: "barista", ...(one.why && { why: one.why }) } });
        undone(from, "queued");
        continue;
      }
      step("ready", "ready", { readyAt: at(), barista });
      now += one.counter;
      if (from === "collected") {
        step("collected", "collected", { endedAt: at() });
        undone("collected", "ready");
        undone("ready", "making");
      } else undone("ready", "making");
    }
  }
  if (one.end === "cancelled") {
    // Customers cannot cancel what is being made, nor baristas what is not chosen.
    const by = order.state === "making" ? "barista" : order.state === "choosing" ? "customer" : one.by;
    const said = by === "barista" ? { note: personal.note, ...(one.why && { why: one.why }) } : {};
    step("cancelled", "cancelled", { endedAt: at(), end: { by, ...said } });
  } else if (one.end === "expired") {
    const reason = order.state === "choosing" ? ("customer" as const) : ("barista" as const);
    step("expired", "expired", { endedAt: at(), end: { by: "system", reason } });
  } else if (one.end !== "open") {
    step("ready", "ready", { readyAt: at(), barista });
    if (one.end === "collected") {
      now += one.counter;
      step("collected", "collected", { endedAt: at() });
    }
    if (one.end === "uncollected") {
      now += one.counter;
      step("uncollected", "uncollected", { endedAt: at(), end: { by: "system" } });
    }
  }
  return story;
}
