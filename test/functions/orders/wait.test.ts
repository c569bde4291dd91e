import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WaitRange } from "../../../contracts/order.ts";
import { waitOf, waitsOf } from "../../../functions/orders/wait.ts";
import type { Facts, MadeOrder, OpenOrder } from "../../../functions/orders/work.ts";
import { type Day, hour, minute, sharesOf, simulate } from "./simulated-day.ts";

const shift = { from: 0, to: 9 * hour };
const normal: Omit<Day, "seed"> = {
  length: 8 * hour,
  arrivals: () => 40,
  baristas: [shift, shift],
  drinks: {
    espresso: { share: 3, minutes: 1.2 },
    latte: { share: 5, minutes: 2 },
    chocolate: { share: 2, minutes: 2.6 },
  },
  claims: true,
  together: 1,
  capacity: 20,
  expiresAfter: 15 * minute,
};

const days: [string, Omit<Day, "seed">][] = [
  ["quiet", { ...normal, arrivals: () => 8, baristas: [shift] }],
  ["normal", normal],
  ["a rush", { ...normal, arrivals: (at) => (at > 3 * hour && at < 4.5 * hour ? 75 : 30) }],
  [
    "a barista who leaves",
    {
      ...normal,
      arrivals: (at) => (at < 4 * hour ? 45 : 24),
      baristas: [shift, { from: 0, to: 4 * hour }],
    },
  ],
  [
    "a long drink in front",
    { ...normal, arrivals: () => 25, drinks: { ...normal.drinks, syphon: { share: 0.6, minutes: 8 } } },
  ],
  ["nobody claims", { ...normal, claims: false }],
  ["two tickets in hand", { ...normal, together: 2 }],
];

const middleOf = ({ from, to }: WaitRange) => (from + to) / 2;
const narrowEnough = (wait: WaitRange) => wait.to - wait.from <= Math.max(3, 0.6 * middleOf(wait));

describe("simulated days: at least 80 % are ready within what they were told when they ordered", () => {
  test.each(days)("%s", (name, day) => {
    const told = [1, 2, 3].flatMap((seed) => simulate({ ...day, seed }));
    const shares = sharesOf(told);
    const percent = (share: number) => `${Math.round(100 * share)} %`;
    console.log(
      `${name}: of ${shares.orders} orders ${percent(shares.told)} were told, ${percent(shares.inside)} rightly`,
    );
    expect(shares.inside).toBeGreaterThanOrEqual(0.8);
    expect(shares.told).toBeGreaterThanOrEqual(0.8);
    expect(told.every(({ wait }) => wait === undefined || narrowEnough(wait))).toBe(true);
  });
});

/** Noon of a day without a meaning. */
const now = Date.parse("2030-01-01T12:00:00.000Z");
const made = (n: number, ago: number, took: number, more: Partial<MadeOrder> = {}): MadeOrder => ({
  id: `made-${n}`,
  drink: "latte",
  barista: "ana",
  submittedAt: now - ago - took - 20_000,
  claimedAt: now - ago - took,
  readyAt: now - ago,
  ...more,
});
const open = (n: number, ago: number, more: Partial<OpenOrder> = {}): OpenOrder => ({
  id: `open-${n}`,
  drink: "latte",
  submittedAt: now - ago,
  ...more,
});
/** Ana made one latte each three minutes, in two minutes. */
const steady = Array.from({ length: 10 }, (_, n) => made(n, (10 - n) * 3 * minute, 2 * minute));

describe("what is told", () => {
  test("an empty queue is the time of the drink itself; each order ahead adds to it", () => {
    const free = waitOf({ now, made: steady, open: [] }, { drink: "latte" });
    expect(free).toMatchObject({ from: 1 });
    const queue = [1, 2, 3, 4, 5].map((n) => open(n, 10_000 - n));
    const wait = waitOf({ now, made: steady, open: queue }, {});
    expect(wait && middleOf(wait)).toBeGreaterThan(10);
    expect(wait && middleOf(wait)).toBeLessThan(15);
    const first = waitOf({ now, made: steady, open: queue }, { id: "open-1" });
    expect(first).toEqual(free);
  });

  test("nothing with fewer than three drinks in the last hour, of an order that is not open, or with nobody at work", () => {
    expect(waitOf({ now, made: steady.slice(0, 2), open: [] }, {})).toBeUndefined();
    expect(waitOf({ now, made: steady, open: [] }, { id: "gone" })).toBeUndefined();
    // Ana could have begun it ten minutes ago.
    expect(waitOf({ now: now + 10 * minute, made: steady, open: [open(1, 0)] }, { id: "open-1" })).toBeUndefined();
  });

  test("a drink that takes long is known by its kind, in front and as one's own", () => {
    const some = [
      ...steady.slice(3),
      ...[4, 5, 6].map((n) => made(100 + n, n * 8 * minute, 7 * minute, { drink: "syphon", barista: "bo" })),
    ];
    const short = waitOf({ now, made: some, open: [] }, { drink: "latte" });
    const long = waitOf({ now, made: some, open: [] }, { drink: "syphon" });
    expect(short?.to).toBeLessThan(long?.from ?? 0);
  });

  test("who left one behind half made does not count, and its wait is not told", () => {
    const left = open(1, 30 * minute, { claimedAt: now - 29 * minute, barista: "bo" });
    const facts = { now, made: steady, open: [left, open(2, 5_000)] };
    expect(waitOf(facts, { id: "open-1" })).toBeUndefined();
    expect(waitOf(facts, { id: "open-2" })?.to).toBeLessThanOrEqual(4);
  });

  test("two baristas are faster than one, and one who takes nothing though orders wait is not one of them", () => {
    const ofTwo = steady.map((order, n) => (n % 2 ? { ...order, barista: "bo" } : order));
    const queue = (ago: number) => [1, 2, 3, 4].map((n) => open(n, ago - n));
    const busy = { claimedAt: now - 20_000, barista: "ana" };
    const front = { ...open(0, 4 * minute), ...busy };
    const both = waitOf({ now, made: ofTwo, open: [front, ...queue(5_000)] }, {});
    const alone = waitOf({ now, made: ofTwo, open: [front, ...queue(3 * minute)] }, {});
    expect(both && alone && middleOf(both)).toBeLessThan(alone ? middleOf(alone) - 3 : 0);
  });

  test("what would not be ready before it expires is not promised", () => {
    const queue = Array.from({ length: 20 }, (_, n) => open(n, 60_000 - n, { deadline: now + 15 * minute }));
    expect(waitOf({ now, made: steady, open: queue }, { id: "open-19" })).toBeUndefined();
    expect(waitOf({ now, made: steady, open: queue }, { id: "open-3" })).toBeDefined();
  });
});

const anyFacts: fc.Arbitrary<Facts> = fc
  .record({
    made: fc.array(
      fc.record({
        drink: fc.constantFrom("latte", "espresso", "syphon"),
        barista: fc.constantFrom("ana", "bo", "cem"),
        ago: fc.integer({ min: 0, max: 60 * minute }),
        took: fc.integer({ min: 0, max: 15 * minute }),
        waited: fc.integer({ min: 0, max: 15 * minute }),
        claimed: fc.boolean(),
      }),
      { maxLength: 40 },
    ),
    open: fc.array(
      fc.record({
        drink: fc.constantFrom("latte", "espresso", "matcha"),
        ago: fc.integer({ min: 0, max: 20 * minute }),
        claimedAgo: fc.option(fc.integer({ min: 0, max: 20 * minute }), { nil: undefined }),
        barista: fc.constantFrom("ana", "bo", "dan"),
      }),
      { maxLength: 30 },
    ),
  })
  .map((drawn) => ({
    now,
    made: drawn.made.map(({ drink, barista, ago, took, waited, claimed }, n) => {
      const submittedAt = now - ago - took - waited;
      const base = { id: `made-${n}`, drink, barista, submittedAt, readyAt: now - ago };
      return claimed ? { ...base, claimedAt: now - ago - took } : base;
    }),
    open: drawn.open
      .map(({ drink, ago, claimedAgo, barista }, n) => {
        const base = { id: `open-${n}`, drink, submittedAt: now - ago };
        return claimedAgo === undefined ? base : { ...base, barista, claimedAt: now - Math.min(ago, claimedAgo) };
      })
      .sort((a, b) => a.submittedAt - b.submittedAt),
  }));

describe("whatever the facts", () => {
  const askedOf = ({ open }: Facts) => [{}, { drink: "latte" }, ...open.map(({ id }) => ({ id }))];

  test("a range is of whole minutes and narrow enough", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        for (const asked of askedOf(facts)) {
          const wait = waitOf(facts, asked);
          if (wait === undefined) continue;
          expect(Number.isInteger(wait.from) && Number.isInteger(wait.to)).toBe(true);
          expect(wait.from).toBeGreaterThanOrEqual(0);
          expect(wait.to).toBeGreaterThan(wait.from);
          expect(narrowEnough(wait)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("the same facts at another time of another day are the same answer", () => {
    const later = <T extends OpenOrder>(order: T, by: number): T => {
      const moved = (["submittedAt", "claimedAt", "readyAt"] as const).flatMap((name) => {
        const at = (order as Partial<MadeOrder>)[name];
        return at === undefined ? [] : [[name, at + by]];
      });
      return { ...order, ...Object.fromEntries(moved) };
    };
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 0, max: 1000 * hour }), (facts, by) => {
        const then = {
          now: facts.now + by,
          made: facts.made.map((order) => later(order, by)),
          open: facts.open.map((order) => later(order, by)),
        };
        expect(waitOf(then, {})).toEqual(waitOf(facts, {}));
      }),
      { numRuns: 30 },
    );
  });

  test("another order at the end of the queue makes no wait before it longer, and none after it shorter", () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const more = { ...facts, open: [...facts.open, open(99, 0)] };
        // Of the rounds and not of the range: that is the fullest of its width, which may lie sooner where waits spread out.
        const [before, after] = [waitsOf(facts, {}) ?? [], waitsOf(more, {}) ?? []];
        expect(after.length).toBe(before.length);
        for (const [round, wait] of before.entries()) expect(after[round]).toBeGreaterThanOrEqual(wait);
        for (const { id } of facts.open) expect(waitOf(more, { id })).toEqual(waitOf(facts, { id }));
      }),
      { numRuns: 50 },
    );
  });
});
