import { ChangeFeedStartFrom } from "@azure/cosmos";
import { expect, test } from "vitest";
import { refusal, startStack } from "./stack.ts";

test("a throttled request is retried by the SDK after the time it was told", async () => {
  const { container, cosmos } = await startStack();
  cosmos.faults.next({ kind: "throttle", times: 2 });
  expect((await container.items.create({ id: "a", storeId: "s1" })).statusCode).toBe(201);
});

test("503 before the commit leaves nothing, 503 after it leaves the write", async () => {
  const { container, cosmos } = await startStack();
  cosmos.faults.next({ kind: "unavailable", matching: ({ operation }) => operation === "create" });
  expect((await refusal(container.items.create({ id: "a", storeId: "s1" }))).code).toBe(503);
  expect((await container.item("a", "s1").read()).statusCode).toBe(404);
  cosmos.faults.next({ kind: "unavailable-after" });
  expect((await refusal(container.items.create({ id: "a", storeId: "s1" }))).code).toBe(503);
  expect((await container.item("a", "s1").read()).statusCode).toBe(200);
});

test("a connection that breaks before or after the commit looks the same to the writer", async () => {
  const { container, cosmos } = await startStack();
  for (const [kind, status] of [
    ["reset", 404],
    ["reset-after", 200],
  ] as const) {
    cosmos.faults.next({ kind });
    expect((await refusal(container.items.create({ id: kind, storeId: "s1" }))).code).toBe("ECONNRESET");
    expect((await container.item(kind, "s1").read()).statusCode).toBe(status);
  }
});

test("a range that is gone makes the SDK read the ranges again and go on", async () => {
  const { container, cosmos } = await startStack();
  await container.items.create({ id: "a", storeId: "s1" });
  cosmos.faults.next({ kind: "gone", matching: ({ operation }) => operation === "feed" });
  const feed = container.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
  const ids: unknown[] = [];
  for (let reads = 0; reads < 3 && ids.length === 0; reads++)
    ids.push(...(await feed.readNext()).result.map(({ id }) => id));
  expect(ids).toEqual(["a"]);
});

test("a fault that is taken back does not happen", async () => {
  const { container, cosmos } = await startStack();
  const undo = cosmos.faults.next({ kind: "unavailable", times: 5 });
  undo();
  expect((await container.items.create({ id: "a", storeId: "s1" })).statusCode).toBe(201);
});
