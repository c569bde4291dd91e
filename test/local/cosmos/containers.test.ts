import { CosmosClient } from "@azure/cosmos";
import { expect, test } from "vitest";
import { hashed, refusal, startStack } from "./stack.ts";

test("databases and containers are created, found, listed, queried, replaced and deleted", async () => {
  const { client } = await startStack();
  const first = await client.databases.createIfNotExists({ id: "tea room" });
  expect(first.statusCode).toBe(201);
  expect((await client.databases.createIfNotExists({ id: "tea room" })).statusCode).toBe(200);
  expect((await refusal(client.databases.create({ id: "tea room" }))).code).toBe(409);
  const { container, statusCode } = await first.database.containers.createIfNotExists({
    id: "cups",
    partitionKey: hashed("/shelf"),
  });
  expect(statusCode).toBe(201);
  const { resource } = await container.read();
  expect(resource?.partitionKey).toMatchObject({ paths: ["/shelf"], version: 2 });
  expect(Buffer.from((resource?._rid ?? "").replaceAll("-", "/"), "base64")).toHaveLength(8);
  expect((await client.databases.readAll().fetchAll()).resources.map(({ id }) => id)).toEqual(["crema", "tea room"]);
  const query = { query: "SELECT * FROM root r WHERE r.id = 'cups'" };
  expect((await first.database.containers.query(query).fetchAll()).resources).toHaveLength(1);
  const replaced = await container.replace({ id: "cups", partitionKey: hashed("/shelf"), defaultTtl: 60 });
  expect(replaced.resource?.defaultTtl).toBe(60);
  expect((await refusal(container.replace({ id: "cups", partitionKey: hashed("/other") }))).code).toBe(400);
  expect((await container.readOffer()).resource?.content?.offerThroughput).toBe(400);
  await container.delete();
  expect((await refusal(container.read())).code).toBe(404);
  await first.database.delete();
  expect((await refusal(first.database.read())).code).toBe(404);
});

test("a container made anew under an old name has none of its items and another rid", async () => {
  const { container, cosmos, client } = await startStack();
  await container.items.create({ id: "o1", storeId: "s1" });
  const before = (await container.read()).resource?._rid;
  await container.delete();
  await cosmos.declare("crema", [{ id: "orders", partitionKey: "/storeId" }]);
  const fresh = client.database("crema").container("orders");
  expect((await fresh.items.readAll().fetchAll()).resources).toEqual([]);
  expect((await fresh.read()).resource?._rid).not.toBe(before);
});

test("declaring twice keeps the items and takes the new settings", async () => {
  const { container, cosmos } = await startStack();
  await container.items.create({ id: "o1", storeId: "s1" });
  await cosmos.declare("crema", [{ id: "orders", partitionKey: "/storeId", defaultTtl: -1 }]);
  expect((await container.read()).resource?.defaultTtl).toBe(-1);
  expect((await container.item("o1", "s1").read()).statusCode).toBe(200);
});

test("a missing container is a 404, and what is not emulated a 501 that says what is", async () => {
  const { client, container } = await startStack();
  const missing = client.database("crema").container("nothing");
  expect(await refusal(missing.items.create({ id: "a" }))).toMatchObject({ code: 404 });
  const outcome = await refusal(container.scripts.storedProcedures.create({ id: "p", body: "" }));
  expect(outcome.code).toBe(501);
  expect(outcome.message).toContain("not emulated");
});

test("a wrong key is a 401 that names the right one, a request without a key too", async () => {
  const { cosmos } = await startStack();
  const key = Buffer.from("another key").toString("base64");
  const client = new CosmosClient({ endpoint: cosmos.endpoint, key });
  const outcome = await refusal(client.databases.readAll().fetchAll());
  expect(outcome.code).toBe(401);
  expect(outcome.message).toContain("well-known emulator key");
  client.dispose();
  const answer = await fetch(cosmos.endpoint);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, "Unauthorized"]);
});

test("a key of one's own works, is in the connection string, and is never told", async () => {
  const key = Buffer.from("a secret of sixty-four bytes or so").toString("base64");
  const { cosmos } = await startStack({ key });
  expect(cosmos.connectionString).toBe(`AccountEndpoint=${cosmos.endpoint};AccountKey=${key};`);
  const client = new CosmosClient(cosmos.connectionString);
  expect((await client.databases.readAll().fetchAll()).resources).toHaveLength(1);
  client.dispose();
  const wrong = new CosmosClient({ endpoint: cosmos.endpoint, key: Buffer.from("x").toString("base64") });
  expect((await refusal(wrong.databases.readAll().fetchAll())).message).not.toContain(key);
  wrong.dispose();
});

test("unique keys hold within a partition, count a missing value as null, and are freed by change and deletion", async () => {
  const { container } = await startStack({ declaration: { uniqueKeys: [["/phone"], ["/a", "/b"]] } });
  await container.items.create({ id: "1", storeId: "s1", phone: "+1", a: 1, b: 1 });
  await container.items.create({ id: "1", storeId: "s2", phone: "+1", a: 1, b: 1 });
  const clash = await refusal(container.items.create({ id: "2", storeId: "s1", phone: "+1", a: 1, b: 2 }));
  expect(clash.code).toBe(409);
  expect(clash.message).toContain("/phone");
  await container.items.create({ id: "2", storeId: "s1", a: 1, b: 2 });
  expect((await refusal(container.items.create({ id: "3", storeId: "s1", phone: null, a: 2 }))).code).toBe(409);
  expect((await refusal(container.items.upsert({ id: "2", storeId: "s1", phone: "+1", a: 1, b: 2 }))).code).toBe(409);
  await container.item("1", "s1").patch([{ op: "set", path: "/phone", value: "+2" }]);
  await container.items.upsert({ id: "2", storeId: "s1", phone: "+1", a: 1, b: 2 });
  await container.item("2", "s1").delete();
  await container.items.create({ id: "4", storeId: "s1", phone: "+1", a: 1, b: 2 });
});

test("within a batch a unique value can be handed over from one item to another", async () => {
  const { container } = await startStack({ declaration: { uniqueKeys: [["/seat"]] } });
  await container.items.create({ id: "1", storeId: "s1", seat: 1 });
  const answer = await container.items.batch(
    [
      { operationType: "Patch", id: "1", resourceBody: { operations: [{ op: "set", path: "/seat", value: 2 }] } },
      { operationType: "Create", resourceBody: { id: "2", storeId: "s1", seat: 1 } },
    ],
    "s1",
  );
  expect(answer.code).toBe(200);
  expect((await refusal(container.items.create({ id: "3", storeId: "s1", seat: 2 }))).code).toBe(409);
});

test("items of a hierarchical partition key are found by whole keys and by a prefix", async () => {
  const { client } = await startStack();
  const { container } = await client.database("crema").containers.create({
    id: "tree",
    partitionKey: { paths: ["/a", "/b"], version: 2, kind: "MultiHash" } as never,
  });
  await container.items.create({ id: "1", a: "x", b: "y" });
  await container.items.create({ id: "2", a: "x", b: "z" });
  await container.items.create({ id: "3", a: "w", b: "y" });
  expect((await container.item("1", ["x", "y"]).read()).resource?.id).toBe("1");
  const byKey = container.items.query("SELECT VALUE c.id FROM c", { partitionKey: ["x"] });
  expect((await byKey.fetchAll()).resources).toEqual(["1", "2"]);
});
