import fc from "fast-check";
import { expect, test } from "vitest";
import { EqualityIndex } from "../../../local/cosmos/equality-index.ts";
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
}, 30_000);

test("a selective equality is looked up, an unselective one and a small set are scanned", () => {
  const index = new EqualityIndex();
  const items = Array.from({ length: 1000 }, (_, number) => {
    const doc: Record<string, string | number> = { id: `o${number}`, kind: "event", order: Math.floor(number / 8) };
    return { number, size: 10, value: ([name]: (string | number)[]) => doc[name ?? ""] };
  });
  let scans = 0;
  const all = (): typeof items => {
    scans++;
    return items;
  };
  const kind = { path: ["kind"], values: ['"event"'] };
  const order = { path: ["order"], values: ["7"] };
  expect(index.find([kind], items.length, all)).toBeUndefined();
  expect(index.find([kind, order], items.length, all)?.map(({ number }) => number)).toEqual([
    56, 57, 58, 59, 60, 61, 62, 63,
  ]);
  expect(index.find([kind, order], items.length, all)).toHaveLength(8);
  expect(scans).toBe(2);
  expect(index.find([order], 10, all)).toBeUndefined();
  // How many they are is known of all of them.
  expect(index.count(kind, items.length, all)).toMatchObject({ count: 1000, bytes: 10_000 });
  expect(index.count(order, items.length, all)).toMatchObject({ count: 8, bytes: 80 });
  expect(scans).toBe(2);
});
