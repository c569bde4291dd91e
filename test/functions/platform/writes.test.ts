import type { Container } from "@azure/cosmos";
import { afterAll, beforeAll, expect, test } from "vitest";
import { container } from "../../../functions/platform/clients.ts";
import { createNew, patched, remove, removeVersion, writeOver } from "../../../functions/platform/writes.ts";
import { type Services, startServices } from "../identity/services.ts";

interface Sum {
  id: string;
  storeId: string;
  count: number;
}
let services: Services;
let orders: Container;
beforeAll(async () => {
  services = await startServices();
  orders = await container("orders");
});
afterAll(() => services.close());

const sum = (id: string, count: number): Sum => ({ id, storeId: "main", count });
const read = async (id: string) => (await orders.item(id, "main").read<Sum>()).resource;
const etagOf = async (id: string) => (await read(id))?._etag ?? "";
const raise = (condition: string) => ({ condition, operations: [{ op: "incr" as const, path: "/count", value: 1 }] });

test("a document is made once, and the one that was first stays", async () => {
  expect(await createNew(orders, sum("new", 1))).toBe(true);
  expect(await createNew(orders, sum("new", 2))).toBe(false);
  expect(await read("new")).toMatchObject({ count: 1 });
});

test("of many who write over what they read, one does; also where they read nothing, or it is gone", async () => {
  const all = await Promise.all([1, 2, 3].map((count) => writeOver(orders, "main", sum("over", count), undefined)));
  expect(all.filter(Boolean)).toHaveLength(1);
  const etag = await etagOf("over");
  const again = await Promise.all([4, 5, 6].map((count) => writeOver(orders, "main", sum("over", count), etag)));
  expect(again.filter(Boolean)).toHaveLength(1);
  expect((await read("over"))?.count).toBe([4, 5, 6][again.indexOf(true)]);
  const last = await etagOf("over");
  await remove(orders, "main", "over");
  expect(await writeOver(orders, "main", sum("over", 7), last)).toBe(false);
  expect(await read("over")).toBeUndefined();
});

test("a part is changed where the condition holds, the version is the one that was read, and there is something", async () => {
  await createNew(orders, sum("part", 1));
  const etag = await etagOf("part");
  expect(await patched<Sum>(orders, "main", "part", raise("FROM c WHERE c.count < 2"))).toMatchObject({ count: 2 });
  expect(await patched<Sum>(orders, "main", "part", raise("FROM c WHERE c.count < 2"))).toBeUndefined();
  expect(await patched<Sum>(orders, "main", "part", raise("FROM c WHERE true"), etag)).toBeUndefined();
  expect(await patched<Sum>(orders, "main", "none", raise("FROM c WHERE true"))).toBeUndefined();
  expect(await patched<Sum>(orders, "main", "part", raise("FROM c WHERE true"), await etagOf("part"))).toMatchObject({
    count: 3,
  });
});

test("what is gone is as good as deleted, but a version only where it is the one that was read", async () => {
  await createNew(orders, sum("gone", 1));
  const etag = await etagOf("gone");
  await writeOver(orders, "main", sum("gone", 2), etag);
  expect(await removeVersion(orders, "main", "gone", etag)).toBe(false);
  expect(await removeVersion(orders, "main", "gone", await etagOf("gone"))).toBe(true);
  expect(await removeVersion(orders, "main", "gone", etag)).toBe(false);
  await remove(orders, "main", "gone");
});

test("what else goes wrong is thrown, with its status", async () => {
  const nowhere = orders.database.container("nowhere");
  await expect(createNew(nowhere, sum("a", 1))).rejects.toMatchObject({ code: 404 });
  await expect(writeOver(orders, "other", sum("a", 1), '"etag"')).rejects.toMatchObject({ code: 400 });
  const wrong = { operations: [{ op: "incr" as const, path: "/id", value: 1 }] };
  await createNew(orders, sum("a", 1));
  await expect(patched(orders, "main", "a", wrong)).rejects.toMatchObject({ code: 400 });
});
