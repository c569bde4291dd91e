import type { ContainerRequest } from "@azure/cosmos";
import { expect, test } from "vitest";
import { refusal, type Stack, startStack } from "./stack.ts";

const lower = { name: "lowerName", query: "SELECT VALUE LOWER(c.name) FROM c" };
const cents = { name: "cents", query: "SELECT VALUE item.price * 100 FROM root item" };

async function menu(definition: Partial<ContainerRequest> = {}, ranges: 1 | 2 = 1) {
  const stack = await startStack({ ranges });
  const database = stack.client.database("crema");
  const { container } = await database.containers.create({
    id: "menu",
    partitionKey: { paths: ["/shop"] },
    computedProperties: [lower, cents],
    ...definition,
  });
  const items = [
    { id: "1", shop: "a", name: "Latte", price: 3, lowerName: "held by the item" },
    { id: "2", shop: "b", name: "ESPRESSO", price: 2 },
    { id: "3", shop: "c" },
  ];
  for (const item of items) await container.items.create(item);
  const rows = async (query: string): Promise<unknown[]> => (await container.items.query(query).fetchAll()).resources;
  return { stack, container, rows };
}

test.each([1, 2] as const)("queries take computed properties for properties, in %i range(s)", async (ranges) => {
  const { rows } = await menu({}, ranges);
  expect(await rows("SELECT c.id FROM c WHERE c.lowerName = 'latte'")).toEqual([{ id: "1" }]);
  expect(await rows("SELECT VALUE m['cents'] FROM menu m WHERE m.cents < 250")).toEqual([200]);
  expect(await rows("SELECT c.id FROM c WHERE NOT IS_DEFINED(c.lowerName)")).toEqual([{ id: "3" }]);
  expect(await rows("SELECT VALUE SUM(c.cents) FROM c WHERE IS_DEFINED(c.cents)")).toEqual([500]);
  const groups = await rows("SELECT c.lowerName, COUNT(1) AS n FROM c GROUP BY c.lowerName");
  expect(groups).toContainEqual({ lowerName: "espresso", n: 1 });
  expect(await rows("SELECT VALUE COUNT(1) FROM (SELECT VALUE x.lowerName FROM x) AS y WHERE y = 'latte'")).toEqual([
    1,
  ]);
});

test("SELECT * has what the item holds, and a name inside the item is its own", async () => {
  const { rows, container } = await menu();
  expect(await rows("SELECT * FROM c WHERE c.id = '1'")).toMatchObject([{ lowerName: "held by the item" }]);
  expect((await container.item("2", "b").read()).resource).not.toHaveProperty("lowerName");
  await container.items.create({ id: "4", shop: "d", name: "x", inner: { lowerName: "inner" } });
  expect(await rows("SELECT VALUE i.lowerName FROM i IN c.inner")).toEqual([]);
  expect(await rows("SELECT VALUE c.inner.lowerName FROM c WHERE c.id = '4'")).toEqual(["inner"]);
});

test("ORDER BY takes a computed property once it is indexed by name", async () => {
  const { rows } = await menu();
  expect((await refusal(rows("SELECT VALUE c.id FROM c ORDER BY c.cents"))).message).toContain("includedPaths");
  const indexed = await menu({ indexingPolicy: { includedPaths: [{ path: "/*" }, { path: "/cents/?" }] } });
  const query = "SELECT VALUE c.id FROM c WHERE IS_DEFINED(c.cents) ORDER BY c.cents";
  expect(await indexed.rows(query)).toEqual(["2", "1"]);
});

test("a replaced definition holds for the next query", async () => {
  const { rows, container } = await menu();
  const { resource } = await container.read();
  expect(resource?.computedProperties).toEqual([lower, cents]);
  const upper = { name: "lowerName", query: "SELECT VALUE UPPER(c.name) FROM c" };
  await container.replace({ id: "menu", partitionKey: { paths: ["/shop"] }, computedProperties: [upper] });
  expect(await rows("SELECT VALUE c.lowerName FROM c WHERE c.id = '1'")).toEqual(["LATTE"]);
  expect(await rows("SELECT VALUE c.cents FROM c")).toEqual([]);
});

test("definitions that the service does not take are refused with the reason", async () => {
  const { client }: Stack = await startStack();
  const create = (computedProperties: unknown) =>
    refusal(
      client.database("crema").containers.create({
        id: "menu",
        partitionKey: { paths: ["/shop"] },
        computedProperties: computedProperties as ContainerRequest["computedProperties"] & object,
      }),
    );
  const wrong: [query: string, reason: string][] = [
    ["SELECT c.name FROM c", "no VALUE"],
    ["SELECT VALUE 1", "no FROM"],
    ["SELECT VALUE t FROM c JOIN t IN c.tags", "JOIN"],
    ["SELECT VALUE t FROM t IN c.tags", "root of the item"],
    ["SELECT VALUE c.a FROM c WHERE c.a > 1", "WHERE"],
    ["SELECT VALUE c.a FROM c ORDER BY c.a", "ORDER BY"],
    ["SELECT DISTINCT VALUE c.a FROM c", "DISTINCT"],
    ["SELECT TOP 1 VALUE c.a FROM c", "TOP"],
    ["SELECT VALUE COUNT(1) FROM c", "aggregate"],
    ["SELECT VALUE EXISTS(SELECT VALUE t FROM t IN c.tags) FROM c", "subquery"],
    ["SELECT VALUE CONCAT(c.a, GetCurrentDateTime()) FROM c", "GetCurrentDateTime"],
    ["SELECT VALUE RAND() * c.a FROM c", "RAND"],
    ["SELECT VALUE udf.tax(c.a) FROM c", "not emulated here"],
    ["SELECT VALUE c.a = @x FROM c", "parameter"],
    ["SELECT VALUE c.a +  FROM c", "SC1001"],
  ];
  for (const [query, reason] of wrong) {
    const outcome = await create([{ name: "x", query }]);
    expect([query, outcome.code, outcome.message]).toEqual([query, 400, expect.stringContaining(reason)]);
  }
  expect((await create([lower, lower])).message).toContain("Two computed properties");
  expect((await create([{ ...lower, name: "_ts" }])).message).toContain("system property");
  expect((await create(Array.from({ length: 21 }, (_, n) => ({ ...lower, name: `p${n}` })))).message).toContain("20");
  expect((await create({})).code).toBe(400);
});
