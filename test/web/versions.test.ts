import fc from "fast-check";
import { expect, test } from "vitest";
import type { OrderView } from "../../contracts/order.ts";
import { newer, newerWindow, OrderSet } from "../../web/lib/versions.ts";

const order = (id: string, version: number): OrderView => ({
  id,
  storeId: "main",
  customerId: "a-customer-of-ours",
  version,
  state: "queued",
  createdAt: "2030-01-01T00:00:00.000Z",
});
const versions = (set: OrderSet) => Object.fromEntries([...set.all].map(([id, { version }]) => [id, version]));

test("of two versions the higher one wins, whichever came first", () => {
  const one = { version: 1 };
  const two = { version: 2 };
  expect(newer(undefined, one)).toBe(one);
  expect(newer(one, two)).toBe(two);
  expect(newer(two, one)).toBe(two);
  expect(newer(two, { version: 2 })).toBe(two);
});

test("a later code window wins over any version of an earlier one", () => {
  const window = (opensAt: string, version: number) => ({
    storeId: "main",
    opensAt,
    closesAt: "2030-01-01T00:10:00.000Z",
    scans: 10,
    scansLeft: 3,
    version,
  });
  const early = window("2030-01-01T00:00:00.000Z", 9);
  const late = window("2030-01-01T00:05:00.000Z", 1);
  expect(newerWindow(early, late)).toBe(late);
  expect(newerWindow(late, early)).toBe(late);
  expect(newerWindow(late, { ...late, version: 2 }).version).toBe(2);
});

test("pushes of one order may come in any order and more than once", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ id: fc.constantFrom("a", "b", "c"), version: fc.integer({ min: 1, max: 9 }) })),
      (pushes) => {
        const set = new OrderSet();
        const highest: Record<string, number> = {};
        for (const { id, version } of pushes) {
          const changed = set.put(order(id, version));
          expect(changed).toBe(version > (highest[id] ?? 0));
          highest[id] = Math.max(version, highest[id] ?? 0);
        }
        expect(versions(set)).toEqual(highest);
      },
    ),
  );
});

test("a snapshot drops what is gone, keeps what was pushed since it was asked for, and never goes back", () => {
  const set = new OrderSet();
  set.put(order("gone", 1));
  set.put(order("moved", 5));
  const since = set.begin();
  set.put(order("arrived", 1));
  set.put(order("moved", 7));
  set.replace([order("moved", 6), order("other", 2)], since);
  expect(versions(set)).toEqual({ arrived: 1, moved: 7, other: 2 });
  set.replace([], set.begin());
  expect(versions(set)).toEqual({});
});

test("of the orders that have ended the last hundred are kept, and all that are open", () => {
  const set = new OrderSet();
  for (let n = 0; n < 2_000; n++) {
    const at = new Date(Date.parse("2030-01-01T00:00:00.000Z") + n * 1_000).toISOString();
    set.put({ ...order(`o${n}`, 1), state: n % 100 === 0 ? "ready" : "collected", endedAt: at });
  }
  const kept = [...set.all.values()];
  expect(kept.filter(({ state }) => state === "ready")).toHaveLength(20);
  expect(kept.filter(({ state }) => state === "collected")).toHaveLength(100);
  expect(set.all.has("o1999") && !set.all.has("o1")).toBe(true);
});

test("an order that has left the list is not brought back by a push that comes late, and is by one that tells something new", () => {
  const set = new OrderSet();
  for (const version of [2, 6]) set.put(order("a", version));
  set.replace([], set.begin());
  expect([set.put(order("a", 2)), set.put(order("a", 6)), versions(set)]).toEqual([false, false, {}]);
  // As when it is taken back.
  expect([set.put(order("a", 7)), versions(set)]).toEqual([true, { a: 7 }]);
  set.replace([], set.begin());
  set.replace([order("a", 7)], set.begin());
  expect([versions(set), set.put(order("a", 8))]).toEqual([{ a: 7 }, true]);
});

test("of those that have left the list the last five hundred are remembered", () => {
  const set = new OrderSet();
  for (let n = 0; n < 600; n++) set.put(order(`o${n}`, 3));
  set.replace([], set.begin());
  expect([set.put(order("o100", 2)), set.put(order("o599", 2))]).toEqual([false, false]);
  expect(set.put(order("o99", 2))).toBe(true);
});

test("of an order that is not in the list a push is believed that tells of what happened just now, and the list is asked for where it comes late", () => {
  const set = new OrderSet();
  const now = Date.parse("2030-01-01T01:00:00.000Z");
  const told = (id: string, ...at: (string | undefined)[]) => set.doubts({ order: { id }, happened: at, now });
  expect(told("late", "2030-01-01T00:00:00.000Z", undefined, "2030-01-01T00:59:40.000Z")).toBe(true);
  expect(told("new", "2030-01-01T00:00:00.000Z", "2030-01-01T00:59:50.000Z")).toBe(false);
  // A screen whose clock goes slow.
  expect(told("ahead", "2030-01-01T01:00:02.000Z")).toBe(false);
  // Of what it has, and of what has left it, the versions tell.
  set.put(order("known", 3));
  set.put(order("gone", 3));
  set.replace([order("known", 3)], set.begin());
  set.replace([order("known", 3)], set.begin());
  expect(set.all.has("gone")).toBe(false);
  expect(told("known", "2030-01-01T00:00:00.000Z")).toBe(false);
  expect(told("gone", "2030-01-01T00:00:00.000Z")).toBe(false);
});

test("a push that comes once more keeps no order that a list which was asked for meanwhile has no more", () => {
  const set = new OrderSet();
  set.replace([order("a", 4), order("b", 1)], set.begin());
  const since = set.begin();
  expect(set.put(order("a", 3))).toBe(false);
  expect(set.put(order("b", 2))).toBe(true);
  set.replace([], since);
  expect(versions(set)).toEqual({ b: 2 });
});
