import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLogStore } from "../../../local/store/log-store.ts";
import type { Store, Table } from "../../../local/store/store.ts";
import { startStack } from "./stack.ts";

/** How many items were read whole since the last time. */
function countingReads(store: Store): { store: Store; read(): number } {
  let read = 0;
  const counted: Store = {
    table: <T>(name: string): Table<T> => {
      const table = store.table<T>(name);
      if (!name.startsWith("cosmos/items/")) return table;
      const counting =
        <H>(of: (value: T) => H) =>
        (value: T) => {
          read++;
          return of(value);
        };
      return {
        ...{ has: (key) => table.has(key), keys: () => table.keys(), values: () => table.values() },
        get: (key) => {
          read++;
          return table.get(key);
        },
        eachHead: (form, of, taker) => table.eachHead(form, counting(of), taker),
        [Symbol.iterator]: () => table[Symbol.iterator](),
        get size() {
          return table.size;
        },
      };
    },
    tables: () => store.tables(),
    commit: (changes) => store.commit(changes),
    makeRoom: (bytes) => store.makeRoom(bytes),
    problem: () => store.problem(),
    close: () => store.close(),
  };
  return {
    store: counted,
    read: () => {
      const before = read;
      read = 0;
      return before;
    },
  };
}

test("a start reads no item, and a query only those on its page, whose paths were asked for before", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cosmos-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const queries = [
    "SELECT TOP 3 * FROM c WHERE c.n >= 5 AND c.about.kind = 'odd' ORDER BY c.n DESC",
    "SELECT VALUE COUNT(1) FROM c WHERE c.about.kind = 'odd' AND NOT IS_DEFINED(c.gone)",
    "SELECT c.id, c.n FROM c WHERE c.n IN (7, 9) OR c.n > 98",
    "SELECT * FROM c WHERE c.long = 'x' OR c.about = 7",
  ];
  const first = await openLogStore(folder);
  const before = await startStack({ store: first, declaration: { defaultTtl: -1 } });
  for (let n = 0; n < 100; n++) {
    await before.cosmos.feed.upsertItem("crema", "orders", {
      ...{ id: `o${n}`, storeId: "s1", n, about: { kind: n % 2 === 0 ? "even" : "odd" } },
      ...(n === 3 ? { gone: true, long: "y".repeat(300), ttl: 60 } : {}),
    });
  }
  const ask = async ({ container }: Pick<typeof before, "container">) => {
    const rows: unknown[] = [];
    for (const query of queries)
      rows.push((await container.items.query(query, { partitionKey: "s1" }).fetchAll()).resources);
    return rows;
  };
  const answers = await ask(before);
  expect(answers).toMatchObject([
    [{ n: 99 }, { n: 97 }, { n: 95 }],
    [49],
    [{ id: "o7" }, { id: "o9" }, { id: "o99" }],
    [],
  ]);
  await before.stop();
  await first.checkpoint();
  await first.close();

  const second = await openLogStore(folder);
  const { store, read } = countingReads(second);
  const after = await startStack({ store, declaration: { defaultTtl: -1 } });
  expect(read()).toBe(0);
  const counts: number[] = [];
  for (const query of queries) {
    await after.container.items.query(query, { partitionKey: "s1" }).fetchAll();
    counts.push(read());
  }
  // Three rows; a number; three rows; and all of which it is not known, since what is there is an object or long: once, to be looked up from then on.
  expect(counts).toEqual([3, 0, 3, 101]);
  expect(await ask(after)).toEqual(answers);
  expect(read()).toBe(6);
  await after.advance(120_000);
  expect((await after.container.item("o3", "s1").read()).statusCode).toBe(404);
  expect(await ask(after)).toMatchObject([answers[0], [49], answers[2], []]);
  await after.stop();
  await second.close();
});
