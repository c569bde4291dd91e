import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MenuDrink } from "../../../contracts/catalog.ts";
import type { OrderView } from "../../../contracts/order.ts";
import { type OrderState, orderStates } from "../../../contracts/order-states.ts";
import { choose } from "../../../functions/orders/choice.ts";
import { decide } from "../../../functions/orders/rules.ts";
import { type AtTheBar, isSlip, nextMove, planMaking, type TakenBack } from "../../../tools/robots/bar-plan.ts";
import { chanceFor, oneOf } from "../../../tools/robots/chance.ts";
import { habits, hasteOf, hour, minute, second } from "../../../tools/robots/habits.ts";
import { planVisit, type VisitPlan, wishOf } from "../../../tools/robots/visit-plan.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 32 });

describe("what is decided by chance", () => {
  test("is the same for the same seed, in whatever order it is asked for, and another for another", () => {
    fc.assert(
      fc.property(seeds, fc.uniqueArray(fc.nat(500), { minLength: 2, maxLength: 20 }), (seed, numbers) => {
        const plans = new Map(numbers.map((n) => [n, planVisit(seed, n, 150)]));
        for (const n of numbers.toReversed()) expect(planVisit(seed, n, 150)).toEqual(plans.get(n));
        expect(new Set([...plans.values()].map(({ gap }) => gap)).size).toBe(numbers.length);
        expect(planVisit(seed + 1, numbers[0] ?? 0, 150)).not.toEqual(plans.get(numbers[0] ?? 0));
        expect(planMaking(seed, 1, 3)).toEqual(planMaking(seed, 1, 3));
      }),
    );
  });

  test("is spread evenly", () => {
    const chance = chanceFor(7, "spread");
    const tenths = Map.groupBy(Array.from({ length: 10_000 }, chance), (value) => Math.floor(value * 10));
    expect([...tenths.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const { length } of tenths.values()) expect(Math.abs(length - 1_000)).toBeLessThan(150);
    // Streams whose names lie close together are no kin.
    const firsts = Array.from({ length: 10_000 }, (_, n) => chanceFor(7, "visit", n, "gap")());
    expect(firsts.reduce((sum, value) => sum + value, 0) / 10_000).toBeCloseTo(0.5, 1);
  });
});

describe("visits", () => {
  const many = 20_000;
  const plans = Array.from({ length: many }, (_, n) => planVisit(11, n, 150));
  const share = (is: (plan: VisitPlan) => boolean) => plans.filter(is).length / many;

  test("change their minds, never choose and never come as often as people do", () => {
    expect(share(({ cancels }) => cancels !== undefined)).toBeCloseTo(habits.cancels, 2);
    expect(share(({ dawdles }) => dawdles === undefined)).toBeCloseTo(habits.neverChooses, 2);
    expect(share(({ comes }) => comes === undefined)).toBeCloseTo(habits.neverComes, 2);
    expect(share(({ tapsTwice }) => tapsTwice)).toBeCloseTo(habits.tapsTwice, 2);
    expect(share(({ wrongCode }) => wrongCode === "old")).toBeCloseTo(habits.scansOldCode, 2);
    expect(share(({ loses }) => loses !== undefined)).toBeCloseTo(habits.losesNetwork, 2);
    const ends = ({ cancels, dawdles, comes }: VisitPlan) => [cancels, !dawdles, !comes].filter(Boolean).length;
    expect(share((plan) => ends(plan) > 1)).toBe(0);
  });

  test("come as many an hour as asked for, by themselves", () => {
    const hours = plans.reduce((sum, { gap }) => sum + gap, 0) / hour;
    expect(many / hours / 150).toBeCloseTo(1, 1);
    expect(Math.min(...plans.map(({ gap }) => gap))).toBeLessThan(second);
  });

  test("are shorter where so few people are to order so much, and bars quicker", () => {
    expect(hasteOf({ customers: 40, anHour: 110, baristas: 2 })).toEqual({ customers: 1, baristas: 1 });
    const { customers, baristas } = hasteOf({ customers: 100, anHour: 36_000, baristas: 10 });
    expect(customers).toBeLessThan(0.1);
    expect(baristas).toBeLessThan(0.1);
    const [usual, hasty] = [planVisit(3, 5, 150), planVisit(3, 5, 150, 0.1)];
    expect((hasty.dawdles ?? 0) / (usual.dawdles ?? 1)).toBeCloseTo(0.1);
    expect(hasty.patience).toBe(usual.patience);
  });
});

const id = (prefix: string) => fc.nat(40).map((n) => `${prefix}-${n}`);
const group = fc
  .record({
    id: id("group"),
    name: fc.constant("Group"),
    choose: fc.constantFrom("one" as const, "any" as const),
    ids: fc.uniqueArray(id("choice"), { minLength: 1, maxLength: 5 }),
  })
  .map(({ ids, ...rest }) => ({
    ...rest,
    ...(rest.choose === "one" && { default: ids[0] as string }),
    choices: ids.map((each) => ({ id: each, name: each })),
  }));
const menu = fc.uniqueArray(
  fc.record({
    id: id("drink"),
    name: fc.constant("Drink"),
    description: fc.constant(""),
    icon: fc.constantFrom("cup" as const),
    available: fc.boolean(),
    position: fc.nat(100),
    options: fc.uniqueArray(group, { selector: (each) => each.id, maxLength: 4 }),
  }),
  { selector: (each) => each.id, maxLength: 8 },
);

test("whatever the menu, what is ordered is on it and is not sold out", () => {
  fc.assert(
    fc.property(seeds, fc.nat(500), menu, (seed, n, drinks: MenuDrink[]) => {
      const wish = wishOf(seed, n, drinks);
      expect(wishOf(seed, n, drinks)).toEqual(wish);
      if (wish === undefined) expect(drinks.some(({ available }) => available)).toBe(false);
      else expect(choose(drinks, { drinkId: wish.drinkId, options: wish.options ?? {} })).not.toHaveProperty("refused");
    }),
  );
});

describe("a barista", () => {
  const now = Date.parse("2026-06-15T10:00:00Z");
  const orders = fc.uniqueArray(
    fc.record({
      id: fc.nat(50).map((n) => `order-${n}`),
      state: fc.constantFrom<OrderState>(...orderStates),
      number: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }),
      readySince: fc.nat(15 * minute),
      calledSince: fc.option(fc.nat(9 * minute), { nil: undefined }),
      atCounter: fc.boolean(),
      announced: fc.boolean(),
    }),
    { selector: (order) => order.id, maxLength: 12 },
  );

  test("does only what the order's state allows, hands nothing over before its guest is there, and ends no drink early", () => {
    fc.assert(
      fc.property(
        orders,
        fc.option(fc.integer({ min: -60_000, max: 60_000 }), { nil: undefined }),
        seeds,
        (all, left, seed) => {
          const views = all.map(({ id, state, number, readySince, calledSince }) => {
            const readyAt = new Date(now - readySince).toISOString();
            const calledAt = calledSince === undefined ? undefined : new Date(now - calledSince).toISOString();
            return { id, storeId: "main", version: 3, state, number, readyAt, calledAt } as unknown as OrderView;
          });
          const those = (is: "atCounter" | "announced") => new Set(all.filter((one) => one[is]).map((one) => one.id));
          const inHand =
            left === undefined
              ? undefined
              : { orderId: "mine", takes: 1, end: "ready" as const, tapsTwice: false, doneAt: now + left };
          const seen: AtTheBar = {
            now,
            queue: views.filter(({ state }) => state === "queued" || state === "submitted"),
            ready: views.filter(({ state }) => state === "ready"),
            atCounter: those("atCounter"),
            announced: those("announced"),
            inHand,
            waitsFor: 6 * minute,
            baristas: 2,
            index: 0,
          };
          const move = nextMove(seen, chanceFor(seed, "move"));
          expect(nextMove(seen, chanceFor(seed, "move"))).toEqual(move);
          if (move.kind === "look") return;
          if (typeof move.order === "string") {
            expect(move).toMatchObject({ kind: "ready", order: "mine" });
            expect(inHand?.doneAt).toBeLessThanOrEqual(now);
            return;
          }
          const actor = { id: "bea", name: "Bea", parts: ["barista" as const] };
          const decision = decide(
            move.order as never,
            { command: move.kind as "claim" | "collect" | "call" | "give-up" },
            actor,
            now,
          );
          expect(decision.kind).toBe("change");
          if (move.kind === "claim") expect(inHand).toBeUndefined();
          // Nobody is called before their time, nor given up before they were waited for beyond it.
          const one = all.find((each) => each.id === (move.order as OrderView).id);
          if (move.kind === "call") {
            expect(one?.readySince).toBeGreaterThan(6 * minute);
            expect(one?.calledSince ?? one?.readySince).toBeGreaterThanOrEqual(2 * minute);
          }
          if (move.kind === "give-up") expect(one?.readySince).toBeGreaterThan(11 * minute);
          if (move.kind === "collect")
            expect(one?.atCounter || (!one?.announced && (one?.readySince ?? 0) > minute)).toBe(true);
        },
      ),
    );
  });

  test("touches what they did not mean as often as people do", () => {
    const slips = (command: TakenBack) =>
      Array.from({ length: 20_000 }, (_, n) => isSlip(5, 0, command, n)).filter(Boolean).length / 20_000;
    for (const command of ["ready", "collect", "cancel"] as const)
      expect(slips(command)).toBeCloseTo(habits.takesBack[command], 1);
  });

  test("gives drinks on, and gives them up, now and then", () => {
    const many = Array.from({ length: 20_000 }, (_, n) => planMaking(5, 0, n));
    const share = (end: string) => many.filter((plan) => plan.end === end).length / many.length;
    expect(share("release")).toBeCloseTo(habits.releases, 2);
    expect(share("cancel")).toBeCloseTo(habits.cancelsAtBar, 2);
    for (const { takes } of many) expect(takes >= 25 * second && takes <= 75 * second).toBe(true);
  });
});

test("one of nothing cannot be chosen", () => {
  expect(() => oneOf(0.5, [])).toThrow(RangeError);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (at) =>
      ["a", "b"].includes(oneOf(at, ["a", "b"])),
    ),
  );
});
