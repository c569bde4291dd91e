import { afterAll, beforeAll, expect, test } from "vitest";
import { container } from "../../../functions/platform/clients.ts";
import { type Services, startServices } from "../identity/services.ts";

let services: Services;
beforeAll(async () => {
  services = await startServices();
  const { items } = services.container("orders");
  for (const n of [2, 1, 3]) await items.create({ id: `${n}`, storeId: n < 3 ? "main" : "other", n });
});
afterAll(() => services.close());

async function ask(query: string, options: object) {
  const { items } = await container("orders");
  // What the client looks up once is not counted.
  await items.query(query, options).fetchAll();
  const before = services.cosmos.meters.requests;
  const { resources } = await items.query(query, options).fetchAll();
  return { resources, requests: services.cosmos.meters.requests - before };
}

test("a query within a partition is one request", async () => {
  const query = "SELECT VALUE c.n FROM c ORDER BY c.n";
  expect(await ask(query, { partitionKey: "main" })).toEqual({ resources: [1, 2], requests: 1 });
  const count = "SELECT VALUE COUNT(1) FROM c";
  expect(await ask(count, { partitionKey: "main" })).toEqual({ resources: [2], requests: 1 });
});

test("one over several has its plan", async () => {
  const { resources } = await ask("SELECT VALUE c.n FROM c ORDER BY c.n", {});
  expect(resources).toEqual([1, 2, 3]);
});
