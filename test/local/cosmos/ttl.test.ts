import { expect, test } from "vitest";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import { startStack } from "./stack.ts";

const ids = (resources: { id?: string }[]) => resources.map(({ id }) => id);

test("an expired item is gone from reads, queries, lists and the change feed at its second, and its id is free", async () => {
  const { container, advance, cosmos } = await startStack({ declaration: { defaultTtl: -1 } });
  await container.items.create({ id: "short", storeId: "s1", ttl: 10 });
  await container.items.create({ id: "stays", storeId: "s1" });
  await advance(9_999);
  expect((await container.item("short", "s1").read()).statusCode).toBe(200);
  await advance(1);
  expect((await container.item("short", "s1").read()).statusCode).toBe(404);
  expect(ids((await container.items.query("SELECT * FROM c").fetchAll()).resources)).toEqual(["stays"]);
  expect(ids((await container.items.readAll().fetchAll()).resources)).toEqual(["stays"]);
  expect(ids(cosmos.feed.readChanges("crema", "orders", "beginning", 100).documents)).toEqual(["stays"]);
  expect((await container.items.create({ id: "short", storeId: "s1" })).statusCode).toBe(201);
});

test("the container's default holds unless the item says otherwise, and each write starts it again", async () => {
  const { container, advance } = await startStack({ declaration: { defaultTtl: 60 } });
  await container.items.create({ id: "default", storeId: "s1" });
  await container.items.create({ id: "never", storeId: "s1", ttl: -1 });
  await container.items.create({ id: "written", storeId: "s1" });
  await advance(40_000);
  await container.item("written", "s1").patch([{ op: "set", path: "/n", value: 1 }]);
  await advance(30_000);
  expect(ids((await container.items.readAll().fetchAll()).resources)).toEqual(["never", "written"]);
});

test("without a default in the container, the ttl of an item does nothing until one is set", async () => {
  const { container, advance, cosmos } = await startStack();
  await container.items.create({ id: "a", storeId: "s1", ttl: 1 });
  await advance(60_000);
  expect((await container.item("a", "s1").read()).statusCode).toBe(200);
  await cosmos.declare("crema", [{ id: "orders", partitionKey: "/storeId", defaultTtl: -1 }]);
  expect((await container.item("a", "s1").read()).statusCode).toBe(404);
});

test("expired items are removed from the store by the clock, in few steps", async () => {
  const store = openMemoryStore();
  const { container, advance } = await startStack({ store, declaration: { defaultTtl: -1 } });
  for (let n = 1; n <= 70; n++) await container.items.create({ id: `o${n}`, storeId: "s1", ttl: n });
  const table = store.tables().find((name) => name.startsWith("cosmos/items/")) ?? "";
  expect(store.table(table).size).toBe(70);
  // Of those that are gone and still there nobody hears, also where they are only counted.
  await advance(10_000);
  const counted = await container.items.query("SELECT VALUE COUNT(1) FROM c WHERE c.storeId = 's1'").fetchAll();
  expect(counted.resources).toEqual([60]);
  expect(store.table(table).size).toBe(70);
  await advance(120_000);
  expect(store.table(table).size).toBe(0);
});

test("what lives for days goes in its minute too, after a start as well", async () => {
  const store = openMemoryStore();
  const days = 86_400_000;
  const first = await startStack({ store, declaration: { defaultTtl: -1 } });
  for (const [at, hours] of [20, 23.999, 24, 24.001, 30, 71, 400].entries())
    await first.container.items.create({ id: `h${hours}`, storeId: "s1", ttl: Math.round(hours * 3600) + at });
  const table = store.tables().find((name) => name.startsWith("cosmos/items/")) ?? "";
  const left = async ({ container, advance }: typeof first, milliseconds: number) => {
    await advance(milliseconds);
    const there = ids((await container.items.readAll().fetchAll()).resources);
    expect(store.table(table).size).toBe(there.length);
    return there.join();
  };
  // A full minute behind each of them.
  expect(await left(first, 20 * 3_600_000 + 60_000)).toBe("h23.999,h24,h24.001,h30,h71,h400");
  expect(await left(first, 4 * 3_600_000 + 60_000)).toBe("h30,h71,h400");
  await first.stop();
  const { clock } = first;
  const second = await startStack({ store, clock, declaration: { defaultTtl: -1 } });
  expect(await left(second, 6 * 3_600_000)).toBe("h71,h400");
  expect(await left(second, 2 * days)).toBe("h400");
  expect(await left(second, 14 * days)).toBe("");
});

test("an expired item's unique value is free", async () => {
  const { container, advance } = await startStack({ declaration: { defaultTtl: 5, uniqueKeys: [["/seat"]] } });
  await container.items.create({ id: "a", storeId: "s1", seat: 1 });
  await advance(5_000);
  await container.items.create({ id: "b", storeId: "s1", seat: 1, ttl: -1 });
  await advance(120_000);
  expect(ids((await container.items.readAll().fetchAll()).resources)).toEqual(["b"]);
});

test("a ttl that is no number of seconds is a 400", async () => {
  const { container } = await startStack();
  await expect(container.items.create({ id: "a", storeId: "s1", ttl: 0 })).rejects.toMatchObject({ code: 400 });
  await expect(container.items.create({ id: "a", storeId: "s1", ttl: "5" as never })).rejects.toMatchObject({
    code: 400,
  });
});
