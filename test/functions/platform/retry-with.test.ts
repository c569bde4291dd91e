import type { Container } from "@azure/cosmos";
import { afterAll, beforeAll, expect, test } from "vitest";
import { container } from "../../../functions/platform/clients.ts";
import { create, transact } from "../../../functions/platform/transaction.ts";
import { createNew, patched } from "../../../functions/platform/writes.ts";
import { type Services, startServices } from "../identity/services.ts";

let services: Services;
let orders: Container;
beforeAll(async () => {
  services = await startServices();
  orders = await container("orders");
});
afterAll(() => services.close());

const met = (times: number) => services.cosmos.faults.next({ kind: "retry-with", times });

test("a write that met another one is sent again", async () => {
  met(2);
  expect(await createNew(orders, { id: "one", storeId: "main", count: 1 })).toBe(true);
  met(1);
  const change = { operations: [{ op: "incr" as const, path: "/count", value: 1 }] };
  expect(await patched(orders, "main", "one", change)).toMatchObject({ count: 2 });
  met(3);
  expect(await transact(orders, "main", [create({ id: "two", storeId: "main" })])).toMatchObject({ done: true });
});

test("but not for ever: who asked is told to try again", async () => {
  const undo = met(100);
  await expect(createNew(orders, { id: "three", storeId: "main" })).rejects.toMatchObject({ code: 449 });
  undo();
  expect((await orders.item("three", "main").read()).statusCode).toBe(404);
});

test("so is a batch of which one operation met another write", async () => {
  // The local Cosmos DB refuses a batch as a whole.
  const answers = [449, 449, 201].map((statusCode) => ({
    code: statusCode < 300 ? 200 : 207,
    result: [{ statusCode }],
  }));
  const items = { batch: async () => answers.shift() };
  const outcome = await transact({ id: "orders", items } as unknown as Container, "main", [create({ id: "four" })]);
  expect([outcome.done, answers]).toEqual([true, []]);
});
