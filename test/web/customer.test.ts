import { describe, expect, test } from "vitest";
import { canBeOrdered, toChoose } from "../../contracts/offered.ts";
import type { OrderView } from "../../contracts/order.ts";
import { orderStates } from "../../contracts/order-states.ts";
import { limitsNow, told } from "../../web/customer/limits.ts";
import { type Facts, openOrder, screenFor } from "../../web/customer/screen.ts";
import { readTyped } from "../../web/customer/typed-code.ts";
import { fitting, soldOutOf, touched } from "../../web/lib/options.ts";

const now = Date.parse("2030-01-01T12:00:00.000Z");
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const order = (more: Partial<OrderView>): OrderView => ({
  id: "6f1f9a52-7a10-4c1e-8a55-0d1f2c3b4a59",
  storeId: "main",
  customerId: "a-customer-of-ours",
  version: 1,
  state: "choosing",
  createdAt: ago(1),
  ...more,
});

describe("the screen", () => {
  const plain: Facts = {
    loaded: true,
    failed: false,
    signedIn: true,
    open: true,
    full: false,
    hasCode: false,
    wantsSignIn: false,
    expired: false,
    wantsOrders: false,
    typing: false,
    scanning: false,
    scanProblem: false,
    admitting: false,
    slow: false,
    order: undefined,
  };
  const stranger = { ...plain, signedIn: false };

  test.each<[string, Facts, string]>([
    ["nothing is known yet", { ...plain, loaded: false }, "loading"],
    ["nothing could be fetched", { ...plain, loaded: false, failed: true }, "failed"],
    ["a stranger came without a code", stranger, "scan"],
    ["a stranger scanned a code", { ...stranger, hasCode: true }, "sign-in"],
    ["a stranger scanned a code of a closed store", { ...stranger, hasCode: true, open: false }, "closed"],
    ["the stranger's code is asked about first", { ...stranger, hasCode: true, scanning: true }, "checking"],
    ["a stranger's code is used up or over", { ...stranger, scanProblem: true }, "scan-problem"],
    [
      "a stranger's code is refused who was signed in once",
      { ...stranger, expired: true, scanProblem: true },
      "scan-problem",
    ],
    ["a stranger scanned a code and the queue is full", { ...stranger, hasCode: true, full: true }, "full"],
    ["they sign in all the same", { ...stranger, hasCode: true, full: true, wantsSignIn: true }, "sign-in"],
    ["a session is over", { ...stranger, expired: true }, "sign-in"],
    [
      "a session is over, and the store that was scanned is closed",
      { ...stranger, expired: true, hasCode: true, open: false },
      "closed",
    ],
    ["somebody wants to see old orders of a closed store", { ...stranger, wantsSignIn: true, open: false }, "sign-in"],
    ["there is no order and no code", plain, "scan"],
    ["the code is being typed", { ...plain, typing: true }, "type"],
    ["a stranger types the code", { ...stranger, typing: true }, "type"],
    ["the code is being typed, and the store closes", { ...plain, typing: true, open: false }, "closed"],
    ["the store is closed", { ...plain, open: false }, "closed"],
    ["the code is being sent", { ...plain, hasCode: true, scanning: true }, "checking"],
    ["the code was refused", { ...plain, scanProblem: true }, "scan-problem"],
    ["the order is not there yet", { ...plain, admitting: true }, "admitting"],
    ["the order does not come", { ...plain, admitting: true, slow: true }, "slow"],
    ["the list was asked for", { ...plain, wantsOrders: true, order: order({}) }, "orders"],
    ["an order goes on though the store has closed", { ...plain, open: false, order: order({}) }, "choosing"],
  ])("when %s", (_, facts, screen) => {
    expect(screenFor(facts)).toBe(screen);
  });

  test("of an order follows its state", () => {
    const shown = Object.fromEntries(
      orderStates.map((state) => [state, screenFor({ ...plain, order: order({ state }) })]),
    );
    expect(shown).toEqual({
      refused: "ended",
      choosing: "choosing",
      submitted: "ticket",
      queued: "ticket",
      making: "ticket",
      ready: "ticket",
      collected: "ended",
      uncollected: "ended",
      cancelled: "ended",
      expired: "ended",
    });
  });
});

describe("on return", () => {
  test("the newest order that goes on is shown", () => {
    const old = order({ id: "a", state: "queued", createdAt: ago(9) });
    const young = order({ id: "b", state: "choosing", createdAt: ago(2) });
    const ended = order({ id: "c", state: "cancelled", createdAt: ago(1) });
    expect(openOrder([old, young, ended], now)?.id).toBe("b");
    expect(openOrder([ended], now)).toBeUndefined();
  });

  test("a ready order is shown for an hour, should the bar forget to mark it as collected", () => {
    expect(openOrder([order({ state: "ready", readyAt: ago(59) })], now)).toBeDefined();
    expect(openOrder([order({ state: "ready", readyAt: ago(61) })], now)).toBeUndefined();
  });
});

describe("options", () => {
  const size = {
    id: "size",
    name: "Size",
    choose: "one" as const,
    choices: ["small", "large"].map((id) => ({ id, name: id })),
    default: "small",
  };
  const extras = {
    id: "extras",
    name: "Extras",
    choose: "any" as const,
    choices: ["shot", "decaf"].map((id) => ({ id, name: id })),
  };
  const drink = { options: [size, extras] };

  test("begin with the defaults", () => {
    expect(fitting(drink, {})).toEqual({ size: ["small"], extras: [] });
  });

  test("are one of one kind and any of the other", () => {
    let choices = touched(size, {}, "large");
    choices = touched(extras, choices, "shot");
    choices = touched(extras, choices, "decaf");
    expect(fitting(drink, choices)).toEqual({ size: ["large"], extras: ["shot", "decaf"] });
    expect(fitting(drink, touched(extras, choices, "shot")).extras).toEqual(["decaf"]);
  });

  test("that leave the menu while they are chosen are given back", () => {
    const choices = { size: ["large"], extras: ["shot"], milk: ["oat"] };
    const smaller = {
      options: [
        { ...size, choices: [{ id: "small", name: "small" }] },
        { ...extras, choices: [{ id: "decaf", name: "decaf" }] },
      ],
    };
    // Nothing is put in the place of what they chose: they are asked.
    expect(fitting(smaller, choices)).toEqual({ size: [], extras: [] });
    expect(fitting(smaller, {})).toEqual({ size: ["small"], extras: [] });
  });

  test("that are sold out cannot be kept, and a default that is sold out is none: the customer is asked", () => {
    const [small, large] = size.choices.map((choice) => ({ ...choice, available: false }));
    const noLarge = { options: [{ ...size, choices: [size.choices[0], large] }, extras] } as typeof drink;
    expect(fitting(noLarge, { size: ["large"], extras: ["shot"] })).toEqual({ size: [], extras: ["shot"] });
    expect(soldOutOf(noLarge, { size: ["large"], extras: ["shot"] })).toEqual(["large"]);
    const noSmall = { options: [{ ...size, choices: [small, size.choices[1]] }, extras] } as typeof drink;
    expect(fitting(noSmall, {})).toEqual({ size: [], extras: [] });
    expect(toChoose(noSmall, fitting(noSmall, {})).map(({ id }) => id)).toEqual(["size"]);
    expect(toChoose(noSmall, fitting(noSmall, { size: ["large"] }))).toEqual([]);
    expect(canBeOrdered({ available: true, ...noSmall })).toBe(true);
    const nothing = { options: [{ ...size, choices: [small, large] }, extras] } as typeof drink;
    expect(canBeOrdered({ available: true, ...nothing })).toBe(false);
  });
});

test.each([
  "ACE4KM",
  "ace4km",
  " ace 4km ",
  "Ace-4km",
  "a.c.e – 4 k m",
  "ＡＣＥ４ＫＭ",
  "ACE٤KM",
  "ACE\u20094KM",
  "АСЕ4КМ",
  "αce4κμ",
])("%j is the code that the screen shows as ACE 4KM", (typed) => {
  expect(readTyped(typed)).toEqual({ code: "ACE4KM" });
});

test.each([
  ["ACE 0KM", { wrong: "0" }],
  ["ace okm", { wrong: "O" }],
  ["ACÉ4KM", { wrong: "É" }],
  ["ЖCE4KM", { wrong: "Ж" }],
  ["ace", { signs: 3 }],
  ["", { signs: 0 }],
  ["-- !", { signs: 0 }],
  ["ACE4KMM", { signs: 7 }],
])("%j can be no code, which is said before it costs a try", (typed, read) => {
  expect(readTyped(typed)).toEqual(read);
});

test("what is left of today follows the orders that this phone sees: a new one counts, one that came to nothing does not", () => {
  const limits = { open: { used: 0, most: 2 }, day: { used: 1, most: 3, until: ago(-60) } };
  const before = [order({ id: "one", state: "collected" }), order({ id: "two", state: "expired" })];
  const known = told(limits, before);
  const dayOf = (orders: OrderView[], at = now) => limitsNow(known, orders, at)?.day?.used;
  expect(dayOf(before)).toBe(1);
  expect(dayOf([...before, order({ id: "three" })])).toBe(2);
  expect(dayOf([...before, order({ id: "three", state: "cancelled" })])).toBe(1);
  expect(limitsNow(known, [order({})], now)?.open).toEqual({ used: 1, most: 2 });
  // The store's day is over: what was told of it is, too.
  expect(limitsNow(known, before, now + 60 * 60_000)).toEqual({ open: limits.open });
  expect(told(undefined, before)).toBeUndefined();
  expect(limitsNow(undefined, before, now)).toBeUndefined();
});
