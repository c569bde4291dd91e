import { expect, test } from "vitest";
import { noon, refusal, startStack } from "./stack.ts";

test("an item is created with system fields and read back by id and partition key", async () => {
  const { container } = await startStack();
  const created = await container.items.create({ id: "o1", storeId: "s1", drink: "Flat White" });
  expect(created.statusCode).toBe(201);
  expect(created.requestCharge).toBeGreaterThan(5);
  const read = await container.item("o1", "s1").read();
  expect(read.statusCode).toBe(200);
  expect(read.requestCharge).toBe(1);
  expect(read.resource).toEqual(created.resource);
  expect(read.resource).toMatchObject({ id: "o1", storeId: "s1", drink: "Flat White", _ts: noon / 1000 });
  expect(read.resource?._etag).toMatch(/^".+"$/);
  expect(read.etag).toBe(read.resource?._etag);
  expect(read.headers["x-ms-session-token"]).toMatch(/^0:-1#\d+$/);
});

test("ids with blanks, accents and percent signs work", async () => {
  const { container } = await startStack();
  for (const id of ["ein Kaffee", "café", "50%", "a+b"]) {
    await container.items.create({ id, storeId: "größe" });
    expect((await container.item(id, "größe").read()).resource?.id).toBe(id);
  }
});

test("a missing item is a 404 that the SDK does not throw on reading and throws on writing", async () => {
  const { container } = await startStack();
  expect((await container.item("no", "s1").read()).statusCode).toBe(404);
  expect((await refusal(container.item("no", "s1").replace({ id: "no", storeId: "s1" }))).code).toBe(404);
  expect((await refusal(container.item("no", "s1").delete())).code).toBe(404);
  expect((await refusal(container.item("no", "s1").patch([{ op: "set", path: "/a", value: 1 }]))).code).toBe(404);
});

test("the same id can exist once in each partition", async () => {
  const { container } = await startStack();
  await container.items.create({ id: "o1", storeId: "s1" });
  await container.items.create({ id: "o1", storeId: "s2" });
  expect((await refusal(container.items.create({ id: "o1", storeId: "s1" }))).code).toBe(409);
});

test("an upsert creates, then overwrites under the same rid with a new etag", async () => {
  const { container } = await startStack();
  const first = await container.items.upsert({ id: "o1", storeId: "s1", n: 1 });
  const second = await container.items.upsert({ id: "o1", storeId: "s1", n: 2 });
  expect([first.statusCode, second.statusCode]).toEqual([201, 200]);
  expect(second.resource?._rid).toBe(first.resource?._rid);
  expect(second.resource?._etag).not.toBe(first.resource?._etag);
});

test("a stale if-match is a 412 for replace, upsert, patch and delete, and changes nothing", async () => {
  const { container } = await startStack();
  const { resource: old } = await container.items.create({ id: "o1", storeId: "s1", n: 1 });
  const { resource: current } = await container.item("o1", "s1").replace({ id: "o1", storeId: "s1", n: 2 });
  const accessCondition = { type: "IfMatch", condition: old?._etag ?? "" };
  const item = container.item("o1", "s1");
  expect((await refusal(item.replace({ id: "o1", storeId: "s1", n: 3 }, { accessCondition }))).code).toBe(412);
  expect((await refusal(container.items.upsert({ id: "o1", storeId: "s1" }, { accessCondition }))).code).toBe(412);
  expect((await refusal(item.patch([{ op: "incr", path: "/n", value: 1 }], { accessCondition }))).code).toBe(412);
  expect((await refusal(item.delete({ accessCondition }))).code).toBe(412);
  expect((await item.read()).resource).toEqual(current);
  await item.delete({ accessCondition: { type: "IfMatch", condition: current?._etag ?? "" } });
  expect((await item.read()).statusCode).toBe(404);
});

test("refusals contain the words of the service by which applications know them", async () => {
  const { container } = await startStack();
  const item = { id: "o1", storeId: "s1" };
  const accessCondition = { type: "IfMatch", condition: '"stale"' };
  const words = async (promise: Promise<unknown>): Promise<string> => (await refusal(promise)).message;
  const replaced = container.item("none", "s1").replace({ ...item, id: "none" });
  expect(await words(replaced)).toContain("Resource Not Found");
  await container.items.create(item);
  expect(await words(container.items.create(item))).toContain("Resource with specified id or name already exists");
  const met = "One of the specified pre-condition is not met";
  expect(await words(container.items.upsert(item, { accessCondition }))).toContain(met);
  const patch = { condition: "FROM c WHERE c.n = 1", operations: [{ op: "add" as const, path: "/n", value: 1 }] };
  expect(await words(container.item("o1", "s1").patch(patch))).toContain(met);
});

test("an upsert with if-match creates what does not exist, as the service does", async () => {
  const { container } = await startStack();
  const accessCondition = { type: "IfMatch", condition: '"stale"' };
  expect((await container.items.upsert({ id: "o1", storeId: "s1" }, { accessCondition })).statusCode).toBe(201);
});

test("reading with the current etag, or any, as if-none-match is a 304 that tells the current etag", async () => {
  const { container } = await startStack();
  const { resource } = await container.items.create({ id: "o1", storeId: "s1" });
  const etag = resource?._etag ?? "";
  for (const condition of [etag, "*"]) {
    const accessCondition = { type: "IfNoneMatch", condition };
    const { statusCode, headers } = await container.item("o1", "s1").read({ accessCondition });
    expect([statusCode, headers.etag]).toEqual([304, etag]);
    const read = { operationType: "Read" as const, id: "o1", ifNoneMatch: condition };
    const { result } = await container.items.batch([read], "s1");
    expect(result?.[0]).toMatchObject({ statusCode: 304, eTag: etag });
  }
});

test("of two conditional replaces at the same instant exactly one wins", async () => {
  const { container } = await startStack();
  const { resource } = await container.items.create({ id: "q", storeId: "s1", n: 0 });
  const accessCondition = { type: "IfMatch", condition: resource?._etag ?? "" };
  const outcomes = await Promise.all(
    [1, 2].map((n) => refusal(container.item("q", "s1").replace({ id: "q", storeId: "s1", n }, { accessCondition }))),
  );
  expect(outcomes.map(({ code }) => code).sort()).toEqual([412, "none"]);
});

test("a partition key that differs between header and body is a 400 with substatus 1001", async () => {
  const { container } = await startStack();
  await container.items.create({ id: "o1", storeId: "s1" });
  const outcome = await refusal(container.item("o1", "s1").replace({ id: "o1", storeId: "s2" }));
  expect(outcome).toMatchObject({ code: 400, substatus: 1001 });
  expect(outcome.message).toContain('["s2"]');
});

test("the id cannot be changed by a replace", async () => {
  const { container } = await startStack();
  await container.items.create({ id: "o1", storeId: "s1" });
  expect((await refusal(container.item("o1", "s1").replace({ id: "o2", storeId: "s1" }))).code).toBe(400);
});

test("an item without the partition key property, and keys of every type, have partitions of their own", async () => {
  const { container } = await startStack();
  for (const storeId of ["1", 1, true, null]) await container.items.create({ id: "o1", storeId });
  await container.items.create({ id: "o1" });
  for (const key of ["1", 1, true, null, undefined]) {
    const { resource } = await container.item("o1", key as string).read();
    expect(resource?.storeId).toEqual(key);
  }
  expect((await container.items.readAll().fetchAll()).resources).toHaveLength(5);
});

test("an item over 2 MB is a 413 that says so", async () => {
  const { container } = await startStack();
  const outcome = await refusal(container.items.create({ id: "o1", storeId: "s1", text: "x".repeat(2 * 1024 * 1024) }));
  expect(outcome.code).toBe(413);
  expect(outcome.message).toContain("2 MB");
});

test("what was answered is durable: the answer waits for the store", async () => {
  const { openMemoryStore } = await import("../../../local/store/memory-store.ts");
  const memory = openMemoryStore();
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let waiting = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    waiting = resolve;
  });
  const store: typeof memory = {
    ...memory,
    commit: async (changes) => {
      await memory.commit(changes);
      if (!changes.some(({ table }) => table.startsWith("cosmos/items/"))) return;
      waiting();
      await gate;
    },
  };
  const { container } = await startStack({ store });
  let answered = false;
  const writing = container.items.create({ id: "o1", storeId: "s1" }).then(() => {
    answered = true;
  });
  await reached;
  expect((await container.item("o1", "s1").read()).statusCode).toBe(200);
  expect(answered).toBe(false);
  release();
  await writing;
});

test("all items of a partition key can be deleted at once", async () => {
  const { container } = await startStack();
  for (const storeId of ["s1", "s2"]) for (const id of ["a", "b"]) await container.items.create({ id, storeId });
  await container.deleteAllItemsForPartitionKey("s1");
  expect((await container.items.readAll().fetchAll()).resources.map((item) => item.storeId)).toEqual(["s2", "s2"]);
});

test("a session client reads its own writes with the tokens it was given", async () => {
  const { cosmos } = await startStack();
  const { CosmosClient } = await import("@azure/cosmos");
  const client = new CosmosClient({ endpoint: cosmos.endpoint, key: cosmos.key, consistencyLevel: "Session" });
  const container = client.database("crema").container("orders");
  await container.items.create({ id: "o1", storeId: "s1" });
  await container.item("o1", "s1").patch([{ op: "set", path: "/n", value: 2 }]);
  expect((await container.item("o1", "s1").read()).resource?.n).toBe(2);
  client.dispose();
});
