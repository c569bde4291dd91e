import fc from "fast-check";
import { expect, test } from "vitest";
import { OrderedIndex } from "../../../local/cosmos/ordered-index.ts";
import { compileQuery } from "../../../local/cosmos/query/compile-query.ts";
import { execute, type QueryRun } from "../../../local/cosmos/query/execute.ts";
import { type Json, valueIn } from "../../../local/cosmos/query/values.ts";
import { SortedList } from "../../../local/cosmos/sorted-list.ts";

test("a sorted list is a sorted array, whatever is added and taken out", () => {
  const step = fc.record({ value: fc.integer({ min: 0, max: 1_500 }), out: fc.boolean() });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 1_500 }), { maxLength: 1_200 }),
      fc.array(step, { maxLength: 1_200 }),
      (first, steps) => {
        const list = new SortedList<number>((a, b) => a - b, first);
        const model = new Set(first);
        for (const { value, out } of steps) {
          if (out || model.has(value)) list.remove(value);
          else list.add(value);
          if (out || model.has(value)) model.delete(value);
          else model.add(value);
        }
        const sorted = [...model].sort((a, b) => a - b);
        expect([...list.from(() => false)]).toEqual(sorted);
        expect(list.size).toBe(sorted.length);
        for (const edge of [0, 200, 750, 1_501]) {
          expect([...list.from((value) => value < edge)]).toEqual(sorted.filter((value) => value >= edge));
          expect([...list.backFrom((value) => value < edge)]).toEqual(sorted.filter((value) => value < edge).reverse());
        }
      },
    ),
    { numRuns: 40 },
  );
});

interface Item {
  row: number;
  number: number;
  size: number;
  doc: { [name: string]: Json };
  value(path: (string | number)[]): Json | undefined;
}

const itemOf = (number: number, doc: { [name: string]: Json }): Item => ({
  row: number,
  number,
  size: 10,
  doc,
  value: (path) => valueIn(doc, path),
});

const scalar = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom<Json>("a", "b", "", true, false, null));
const doc = fc.record(
  {
    p: scalar,
    q: fc.oneof({ weight: 30, arbitrary: scalar }, { weight: 1, arbitrary: fc.constantFrom<Json>([1], {}) }),
    tags: fc.array(fc.constantFrom("x", "y"), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const comparison = fc
  .tuple(fc.constantFrom("p", "q"), fc.constantFrom("<", "<=", ">", ">="), scalar, fc.boolean())
  .map(([name, operator, value, turned]) =>
    turned ? `${JSON.stringify(value)} ${operator} c.${name}` : `c.${name} ${operator} ${JSON.stringify(value)}`,
  );
const condition = fc.oneof(
  comparison,
  fc.tuple(comparison, comparison).map((both) => both.join(" AND ")),
  fc.tuple(comparison, comparison).map((both) => both.join(" OR ")),
  fc.tuple(scalar, scalar).map(([low, high]) => `c.p BETWEEN ${JSON.stringify(low)} AND ${JSON.stringify(high)}`),
  fc.constantFrom("NOT (c.p > 1)", "c.p > @n", "c.q = 1 AND c.p >= 0", "c.p > c.q"),
);
const query = fc.record({
  cut: fc.constantFrom("", "TOP 3 ", "TOP 40 ", "DISTINCT "),
  join: fc.boolean(),
  where: fc.option(condition, { nil: undefined }),
  order: fc.constantFrom("", " ORDER BY c.p", " ORDER BY c.p DESC", " ORDER BY c.q DESC", " ORDER BY c.p, c.q"),
  offset: fc.constantFrom("", " OFFSET 5 LIMIT 7"),
  max: fc.integer({ min: 1, max: 30 }),
});

test("whatever is written, queries by order and by bounds give what sorting and scanning give, page by page", () => {
  const items = new Map<number, Item>();
  const change = fc.tuple(fc.integer({ min: 0, max: 99 }), fc.option(doc, { nil: undefined, freq: 4 }));
  fc.assert(
    fc.property(
      fc.array(doc, { minLength: 70, maxLength: 100 }),
      fc.array(change, { maxLength: 40 }),
      fc.array(query, { minLength: 1, maxLength: 6 }),
      (docs, changes, queries) => {
        items.clear();
        const index = new OrderedIndex((row) => items.get(row) as Item);
        const all = () => [...items.values()].sort((a, b) => a.number - b.number);
        const visit = (look: (item: Item) => void) => all().forEach(look);
        const put = (number: number, given: object | undefined): void => {
          const before = items.get(number);
          if (before !== undefined) index.remove(before);
          items.delete(number);
          if (given === undefined) return;
          const item = itemOf(number, { id: `i${number}`, ...given });
          items.set(number, item);
          index.add(item, item.doc);
        };
        for (const [number, given] of docs.entries()) put(number, given);
        const plain: QueryRun = {
          ambient: { now: 0, random: () => 0.5 },
          scan: (from) => all().filter(({ number }) => number >= from),
          parameters: new Map<string, Json>([["@n", 1]]),
          max: 1,
          continuation: undefined,
        };
        const indexed: QueryRun = {
          ...plain,
          find: ({ bounds }) => {
            for (const each of bounds) {
              const found = index.between(each, items.size + 1, items.size, visit);
              if (found !== undefined) return found.sort((a, b) => a - b).map((row) => items.get(row) as Item);
            }
            return undefined;
          },
          inOrder: (path, descending, from) => index.inOrder(path, descending, from, items.size, visit),
        };
        const ask = ({ cut, join, where, order, offset, max }: (typeof queries)[number], run: QueryRun): Json[][] => {
          const text = `SELECT ${offset === "" || cut === "DISTINCT " ? cut : ""}VALUE [c.id, c.p, c.q${join ? ", t" : ""}] FROM c${join ? " JOIN t IN c.tags" : ""}${where === undefined ? "" : ` WHERE ${where}`}${order}${offset}`;
          const pages: Json[][] = [];
          for (let continuation: string | undefined, first = true; first || continuation !== undefined; first = false) {
            const page = execute(compileQuery(text), { ...run, max, continuation });
            pages.push(page.rows);
            continuation = page.continuation;
          }
          return pages;
        };
        // Asked before, so that each index is there and kept up.
        for (const each of queries) ask(each, indexed);
        for (const [number, given] of changes) put(number, given);
        for (const each of queries) expect(ask(each, indexed), JSON.stringify(each)).toEqual(ask(each, plain));
      },
    ),
    { numRuns: 60 },
  );
});

test("where an order is kept, no more is looked at than is given", () => {
  const items = Array.from({ length: 5_000 }, (_, number) =>
    itemOf(number, { id: `i${number}`, at: (number * 7_919) % 5_000, kind: number % 2 }),
  );
  const index = new OrderedIndex((row) => items[row] as Item);
  const all = (look: (item: Item) => void) => items.forEach(look);
  let looked = 0;
  const counted = function* (found: Iterable<Item> | undefined) {
    for (const item of found ?? []) {
      looked++;
      yield item;
    }
  };
  const run: QueryRun = {
    ambient: { now: 0, random: () => 0.5 },
    scan: () => counted(items),
    find: ({ bounds }) =>
      bounds
        .map((each) => index.between(each, items.length, items.length, all))
        .find((found) => found !== undefined)
        ?.map((row) => items[row] as Item),
    inOrder: (path, descending, from) => counted(index.inOrder(path, descending, from, items.length, all)),
    parameters: new Map(),
    max: 10,
    continuation: undefined,
  };
  const newest = execute(compileQuery("SELECT TOP 10 VALUE c.at FROM c ORDER BY c.at DESC"), run);
  expect(newest.rows).toEqual([4999, 4998, 4997, 4996, 4995, 4994, 4993, 4992, 4991, 4990]);
  expect(looked).toBeLessThan(15);
  const first = execute(compileQuery("SELECT VALUE c.at FROM c WHERE c.kind = 1 ORDER BY c.at"), run);
  looked = 0;
  const second = execute(compileQuery("SELECT VALUE c.at FROM c WHERE c.kind = 1 ORDER BY c.at"), {
    ...run,
    continuation: first.continuation,
  });
  expect(second.rows).toHaveLength(10);
  expect(looked).toBeLessThan(40);
});
