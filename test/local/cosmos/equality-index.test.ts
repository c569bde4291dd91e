import fc from "fast-check";
import { expect, test } from "vitest";
import { EqualityIndex } from "../../../local/cosmos/equality-index.ts";
import { RowSet } from "../../../local/cosmos/row-set.ts";
import { startStack } from "./stack.ts";

interface Write {
  id: number;
  kind: string | null;
  n: number;
  gone: boolean;
}

const write = fc.record<Write>({
  id: fc.integer({ min: 0, max: 99 }),
  kind: fc.constantFrom("x", "y", "z", null),
  n: fc.integer({ min: 0, max: 5 }),
  gone: fc.boolean(),
});

test("whatever is written, queries by equality find what a scan finds", async () => {
  const { cosmos, container } = await startStack();
  const model = new Map<string, { kind: string | null; n: number; store: string }>();
  const put = async (id: string, store: string, kind: string | null, n: number): Promise<void> => {
    await cosmos.feed.upsertItem("crema", "orders", { id, storeId: store, kind, n });
    model.set(id, { kind, n, store });
  };
  for (let at = 0; at < 100; at++) await put(`o${at}`, `s${at % 2}`, "w", at % 3);
  const check = async (query: string, wanted: (item: { kind: string | null; n: number }) => boolean): Promise<void> => {
    for (const store of [undefined, "s1"]) {
      const options = store === undefined ? {} : { partitionKey: store };
      const { resources } = await container.items.query(`SELECT VALUE c.id FROM c WHERE ${query}`, options).fetchAll();
      const expected = [...model].filter(([, item]) => wanted(item) && (store === undefined || item.store === store));
      expect(resources.toSorted()).toEqual(expected.map(([id]) => id).sort());
      const counted = await container.items.query(`SELECT VALUE COUNT(1) FROM c WHERE ${query}`, options).fetchAll();
      expect(counted.resources).toEqual([expected.length]);
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 30 }), async (writes) => {
      for (const { id, kind, n, gone } of writes) {
        const name = `o${id}`;
        const store = `s${id % 2}`;
        if (gone && model.has(name)) {
          await container.item(name, store).delete();
          model.delete(name);
        } else {
          await put(name, store, kind, n);
        }
      }
      await check("c.kind = 'x'", ({ kind }) => kind === "x");
      await check("c.n IN (1, 2) AND 'y' = c.kind", ({ kind, n }) => kind === "y" && (n === 1 || n === 2));
      await check("c.kind = null AND c.n > 1", ({ kind, n }) => kind === null && n > 1);
      await check("c.kind = 'x' OR c.n = 5", ({ kind, n }) => kind === "x" || n === 5);
    }),
    { numRuns: 25 },
  );
});

test("a selective equality is looked up, an unselective one and a small set are scanned", () => {
  const items = Array.from({ length: 1000 }, (_, number) => {
    const doc: Record<string, string | number> = { id: `o${number}`, kind: "event", order: Math.floor(number / 8) };
    return { row: number, number, size: 10, value: ([name]: (string | number)[]) => doc[name ?? ""] };
  });
  const index = new EqualityIndex((row) => items[row] as (typeof items)[number]);
  let scans = 0;
  const all = (look: (item: (typeof items)[number]) => void): void => {
    scans++;
    for (const item of items) look(item);
  };
  const kind = { path: ["kind"], values: ['"event"'] };
  const order = { path: ["order"], values: ["7"] };
  expect(index.find([kind], items.length, all)).toBeUndefined();
  expect(index.find([kind, order], items.length, all)?.rows()).toEqual([56, 57, 58, 59, 60, 61, 62, 63]);
  expect(index.find([kind, order], items.length, all)?.size).toBe(8);
  expect(scans).toBe(2);
  expect(index.find([order], 10, all)).toBeUndefined();
  // How many they are is known of all of them.
  expect(index.count(kind, items.length, all)).toMatchObject({ count: 1000, bytes: 10_000 });
  expect(index.count(order, items.length, all)).toMatchObject({ count: 8, bytes: 80 });
  expect(scans).toBe(2);
});

test("where one of several conditions is to hold, no more is read than what each of them finds", async () => {
  const { cosmos, container } = await startStack();
  const state = (n: number) => (n % 500 === 7 ? "ready" : n % 400 === 3 ? "queued" : "collected");
  for (let n = 0; n < 1000; n++) {
    const doc = { id: `o${n}`, storeId: "s", kind: n % 4 === 3 ? "order" : "event", state: state(n), at: n };
    await cosmos.feed.upsertItem("crema", "orders", doc);
  }
  const ask = async (where: string) => {
    const query = `SELECT VALUE c.id FROM c WHERE ${where}`;
    const page = await container.items.query(query, { partitionKey: "s", populateQueryMetrics: true }).fetchNext();
    return {
      found: page.resources,
      read: (page.queryMetrics as { "0"?: { retrievedDocumentCount: number } })["0"]?.retrievedDocumentCount,
    };
  };
  // Five of them are in these states, and twenty are that young.
  expect(
    await ask("c.kind != 'x' AND (c.state IN ('ready', 'queued') OR (c.state = 'collected' AND c.at >= 980))"),
  ).toEqual({
    found: ["o3", "o7", "o403", "o507", "o803", ...Array.from({ length: 20 }, (_, n) => `o${980 + n}`)],
    read: 25,
  });
  // One case of which nothing is known, and all have to be looked at.
  expect(await ask("c.state = 'ready' OR c.id LIKE 'o99_'")).toMatchObject({ read: 1000 });
  // What both cases have is found once.
  expect(await ask("c.at >= 998 OR c.at >= 999")).toEqual({ found: ["o998", "o999"], read: 2 });
});

test("however many rows are in a set, close to each other or far apart, it has those that came and did not go", () => {
  const steps = fc.array(
    fc.record({ row: fc.nat(6000), count: fc.nat(900), apart: fc.constantFrom(1, 2, 300), gone: fc.boolean() }),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const set = new RowSet();
      const model = new Set<number>();
      for (const { row, count, apart, gone } of all) {
        for (let at = 0; at < count; at++) {
          const one = row + at * apart;
          const before = model.has(one);
          if (gone) model.delete(one);
          else model.add(one);
          if ((gone ? set.delete(one) : !set.add(one)) !== before)
            throw new Error(`Of ${one} it says the other thing.`);
        }
        expect([set.size, set.has(row), set.has(row + 1)]).toEqual([model.size, model.has(row), model.has(row + 1)]);
      }
      expect(set.rows().sort((a, b) => a - b)).toEqual([...model].sort((a, b) => a - b));
    }),
    { numRuns: 40 },
  );
});
