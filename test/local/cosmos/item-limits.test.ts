import type { PartitionKeyDefinition } from "@azure/cosmos";
import { expect, test } from "vitest";
import { hashed, refusal, request, startStack } from "./stack.ts";

const docs = "/dbs/crema/colls/orders/docs";
const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);

test("a partition key value has at most 2,048 bytes, and 101 in a container without large keys", async () => {
  const { client, container } = await startStack();
  const make = async (id: string, partitionKey: PartitionKeyDefinition) =>
    (await client.database("crema").containers.create({ id, partitionKey })).container;
  const small = await make("small", { paths: ["/storeId"] });
  const tree = await make("tree", { paths: ["/a", "/storeId"], kind: "MultiHash", version: 2 } as never);
  for (const [each, most] of [
    [container, 2048],
    [small, 101],
    [tree, 2048],
  ] as const) {
    for (const letter of ["k", "é"]) {
      const key = letter.repeat(most).slice(0, Math.floor(most / Buffer.byteLength(letter)));
      await each.items.create({ id: letter, a: "x", storeId: key });
      for (const operation of [each.items.create.bind(each.items), each.items.upsert.bind(each.items)]) {
        const { code, message } = await refusal(operation({ id: "2", a: "x", storeId: key + letter }));
        expect([code, message]).toEqual([400, expect.stringContaining(`/storeId has`)]);
        expect(message).toContain(`at most ${most}`);
        expect(message.includes('"version": 2')).toBe(most === 101);
      }
    }
  }
  const long = "k".repeat(2049);
  const batch = await container.items.batch(
    [{ operationType: "Create", resourceBody: { id: "3", storeId: long } }],
    long,
  );
  expect(batch.result?.[0]?.statusCode).toBe(400);
  const bulk = await container.items.executeBulkOperations([
    { operationType: "Create", resourceBody: { id: "3", storeId: long }, partitionKey: long } as never,
  ]);
  expect((bulk[0]?.error as { code?: number } | undefined)?.code).toBe(400);
  expect((await container.item("3", long).read()).statusCode).toBe(404);
});

test("an item is nested at most 128 levels deep, by whichever operation", async () => {
  const { container, cosmos } = await startStack();
  const item = (levels: number) => ({ id: "1", storeId: "s1", a: nested(levels) });
  await container.items.create(item(127));
  const words = { code: 400, message: expect.stringContaining("more than 128 levels") };
  expect(await refusal(container.items.create({ ...item(128), id: "2" }))).toMatchObject(words);
  expect(await refusal(container.items.upsert(item(128)))).toMatchObject(words);
  expect(await refusal(container.item("1", "s1").replace(item(128)))).toMatchObject(words);
  const deeper = [{ op: "set" as const, path: "/b", value: nested(128) as never }];
  expect(await refusal(container.item("1", "s1").patch(deeper))).toMatchObject(words);
  const text = (levels: number) => `{"id":"3","storeId":"s1","a":${"[".repeat(levels)}${"]".repeat(levels)}}`;
  const key = { "x-ms-documentdb-partitionkey": '["s1"]' };
  expect((await request(cosmos, "POST", docs, text(100_000), key)).body.message).toContain("128 levels");
  expect((await request(cosmos, "POST", docs, text(127), key)).status).toBe(201);
});

test("an id has 1 to 1,023 bytes, whatever its letters take", async () => {
  const { container } = await startStack();
  for (const id of ["i".repeat(1023), "é".repeat(511)]) {
    expect((await container.items.create({ id, storeId: "s1" })).statusCode).toBe(201);
    expect((await container.item(id, "s1").read()).statusCode).toBe(200);
  }
  for (const id of ["i".repeat(1024), "é".repeat(512)]) {
    expect((await refusal(container.items.create({ id, storeId: "s1" }))).message).toContain("1023 bytes");
  }
});

test("an indexing policy has at most 1,500 included and 1,500 excluded paths", async () => {
  const { client } = await startStack();
  const make = (indexingPolicy: object) =>
    client.database("crema").containers.create({ id: "c", partitionKey: hashed("/pk"), indexingPolicy });
  const paths = (count: number) => Array.from({ length: count }, (_, at) => ({ path: `/p${at}/?` }));
  expect((await refusal(make({ excludedPaths: paths(1501) }))).message).toContain("1500 paths");
  const included = { includedPaths: paths(1501), excludedPaths: [{ path: "/*" }] };
  expect((await refusal(make(included))).message).toContain("1500 paths");
  expect((await make({ excludedPaths: paths(1500) })).statusCode).toBe(201);
});

test("a partition key that is too long for a header is refused in words, and the connection serves on", async () => {
  const { container, cosmos } = await startStack();
  for (const length of [20_000, 100_000, 1_000_000]) {
    const storeId = "k".repeat(length);
    const { code, message } = await refusal(container.items.create({ id: "1", storeId }));
    expect([code, message], String(length)).toEqual([400, expect.stringContaining("headers is too long")]);
  }
  expect((await refusal(container.item("1", "k".repeat(20_000)).read())).code).toBe(400);
  const key = { "x-ms-documentdb-partitionkey": JSON.stringify(["k".repeat(20_000)]) };
  const answer = await request(cosmos, "POST", docs, '{"id":"1"}', key);
  expect([answer.status, answer.body.code]).toEqual([400, "BadRequest"]);
  await container.items.create({ id: "1", storeId: "s1" });
});
