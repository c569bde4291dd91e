import type { OperationInput } from "@azure/cosmos";
import { expect, test } from "vitest";
import { refusal, request, startStack } from "./stack.ts";

const create = (id: string, more: object = {}): OperationInput => ({
  operationType: "Create",
  resourceBody: { id, storeId: "s1", ...more },
});

test("a batch does every kind of operation in order, each seeing those before it", async () => {
  const { container } = await startStack();
  await container.items.create({ id: "old", storeId: "s1" });
  const { code, result } = await container.items.batch(
    [
      create("a", { n: 1 }),
      { operationType: "Patch", id: "a", resourceBody: { operations: [{ op: "incr", path: "/n", value: 4 }] } },
      { operationType: "Read", id: "a" },
      { operationType: "Upsert", resourceBody: { id: "b", storeId: "s1" } },
      { operationType: "Replace", id: "b", resourceBody: { id: "b", storeId: "s1", n: 9 } },
      { operationType: "Delete", id: "old" },
    ],
    "s1",
  );
  expect(code).toBe(200);
  expect(result?.map(({ statusCode }) => statusCode)).toEqual([201, 200, 200, 201, 200, 204]);
  expect(result?.[2]?.resourceBody).toMatchObject({ id: "a", n: 5 });
  expect(result?.[2]?.eTag).toBe(result?.[1]?.eTag);
  expect((await container.items.readAll().fetchAll()).resources.map(({ id }) => id).sort()).toEqual(["a", "b"]);
});

test("when one operation fails nothing is applied: 207, its own code, and 424 for all others", async () => {
  const { container } = await startStack();
  await container.items.create({ id: "queue", storeId: "s1", active: 20 });
  const { code, result } = await container.items.batch(
    [
      create("o1"),
      {
        operationType: "Patch",
        id: "queue",
        resourceBody: {
          condition: "FROM c WHERE c.active < 20",
          operations: [{ op: "incr", path: "/active", value: 1 }],
        },
      },
      create("o2"),
    ],
    "s1",
  );
  expect(code).toBe(207);
  expect(result?.map(({ statusCode }) => statusCode)).toEqual([424, 412, 424]);
  expect((await container.item("o1", "s1").read()).statusCode).toBe(404);
  expect((await container.item("queue", "s1").read()).resource?.active).toBe(20);
});

test("a stale ifMatch fails the batch", async () => {
  const { container } = await startStack();
  await container.items.create({ id: "a", storeId: "s1" });
  const operation = { operationType: "Delete", id: "a", ifMatch: '"stale"' } as const;
  const { code, result } = await container.items.batch([operation], "s1");
  expect([code, result?.[0]?.statusCode]).toEqual([207, 412]);
});

test("a condition that is no etag, and the partition key of another partition, fail the batch", async () => {
  const { container } = await startStack();
  await container.items.create({ id: "a", storeId: "s1" });
  const remove = { operationType: "Delete", id: "a" } as const;
  for (const more of [{ ifMatch: 5 }, { ifMatch: ["x"] }, { partitionKey: "s2" }]) {
    const operation = { ...remove, ...more } as unknown as OperationInput;
    const { code, result } = await container.items.batch([operation], "s1");
    expect([more, code, result?.[0]?.statusCode]).toEqual([more, 207, 400]);
  }
  const { code } = await container.items.batch([{ ...remove, partitionKey: "s1" }], "s1");
  expect(code).toBe(200);
});

test("of fifty batches at once that each take a slot under a condition, exactly twenty succeed", async () => {
  const { container } = await startStack();
  await container.items.create({ id: "queue", storeId: "s1", active: 0 });
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      container.items.batch(
        [
          {
            operationType: "Patch",
            id: "queue",
            resourceBody: {
              condition: "FROM c WHERE c.active < 20",
              operations: [{ op: "incr", path: "/active", value: 1 }],
            },
          },
          create(`o${n}`),
        ],
        "s1",
      ),
    ),
  );
  expect(outcomes.filter(({ code }) => code === 200)).toHaveLength(20);
  expect((await container.item("queue", "s1").read()).resource?.active).toBe(20);
  expect((await container.items.readAll().fetchAll()).resources).toHaveLength(21);
});

test("more than 100 operations, another partition, and more than 2 MB are refused", async () => {
  const { container, cosmos } = await startStack();
  const many = Array.from({ length: 101 }, (_, n) => create(`o${n}`));
  const headers = {
    "x-ms-documentdb-partitionkey": '["s1"]',
    "x-ms-cosmos-is-batch-request": "true",
    "x-ms-cosmos-batch-atomic": "true",
  };
  const answer = await request(cosmos, "POST", "/dbs/crema/colls/orders/docs", JSON.stringify(many), headers);
  expect(answer).toMatchObject({ status: 400, body: { code: "BadRequest" } });
  expect(answer.body.message).toContain("at most 100");
  const other = await container.items.batch(
    [{ operationType: "Create", resourceBody: { id: "x", storeId: "s2" } }],
    "s1",
  );
  expect(other.result?.[0]?.statusCode).toBe(400);
  const large = [create("a", { text: "x".repeat(1_500_000) }), create("b", { text: "x".repeat(1_500_000) })];
  // The SDK wraps a refused batch in an error without a code.
  expect((await refusal(container.items.batch(large, "s1"))).message).toContain("may have at most 2 MB");
});

test("bulk does each operation for itself, over several partitions", async () => {
  for (const ranges of [1, 2] as const) {
    const { container } = await startStack({ ranges });
    await container.items.create({ id: "o3", storeId: "s3" });
    const results = await container.items.bulk(
      Array.from({ length: 10 }, (_, n) => ({
        operationType: "Create" as const,
        resourceBody: { id: `o${n}`, storeId: `s${n}` },
      })),
    );
    expect(results.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201, 409, 201, 201, 201, 201, 201, 201]);
    expect((await container.items.readAll().fetchAll()).resources).toHaveLength(10);
  }
});

test("a bulk that is not to go on after an error leaves the operations that follow it in a range, with 424", async () => {
  const { container } = await startStack();
  const operations: OperationInput[] = [
    { operationType: "Read", id: "missing", partitionKey: "s1" },
    { operationType: "Create", resourceBody: { id: "a", storeId: "s1" } },
  ];
  const stopped = await container.items.bulk(operations, { continueOnError: false });
  expect(stopped.map(({ statusCode }) => statusCode)).toEqual([404, 424]);
  expect((await container.item("a", "s1").read()).statusCode).toBe(404);
  const gone = await container.items.bulk(operations, { continueOnError: true });
  expect(gone.map(({ statusCode }) => statusCode)).toEqual([404, 201]);
});
