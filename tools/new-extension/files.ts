/** The files of a new extension of this name, by their path in its folder: it counts the orders that are handed over, and returns the count. */
export function filesOf(name: string): Map<string, string> {
  return new Map([
    ["extension.json", declaration(name)],
    ["contract.ts", contract(name)],
    ["count.ts", count],
    ["index.ts", index],
    [`${name}.test.ts`, test(name)],
    ["README.md", page(name)],
  ]);
}

const declaration = (name: string) => `{
  "$schema": "../../../contracts/generated/extension.json",
  "name": "${name}",
  "description": "Counts the orders that were handed over.",
  "default": false,
  "containers": [{ "id": "${name}" }],
  "subscriptions": [{ "name": "${name}", "filter": { "includedEventTypes": ["crema.order.collected.v1"] } }]
}
`;

const contract = (name: string) => `import * as z from "zod";
import type { Operations } from "../../../contracts/operation.ts";

/** The requests and replies of its routes. */
export const operations = {
  count: {
    method: "get",
    path: "/stores/{storeId}/extensions/${name}",
    summary: "How many orders were handed over",
    access: "anyone",
    success: 200,
    reply: z.object({ orders: z.int().nonnegative().describe("Orders that were handed over.") }),
  },
} as const satisfies Operations;
`;

const count = `/** The count, as it is stored in the container. */
export interface Count {
  orders: number;
}

/** One more. Pure: it is called again if the document was changed meanwhile. */
export function oneMore(before: Count | undefined): Count {
  return { orders: (before?.orders ?? 0) + 1 };
}
`;

const index = `import { Extension } from "../../platform/extension.ts";
import { operations } from "./contract.ts";
import { type Count, oneMore } from "./count.ts";
import declaration from "./extension.json" with { type: "json" };

const extension = new Extension(declaration);

extension.onEvents({
  // An event may come twice; changeOnce counts it once.
  "crema.order.collected.v1": (event) => extension.changeOnce<Count>(event, { id: "count" }, oneMore),
});

extension.routes(operations, {
  count: async ({ storeId }) => {
    const container = await extension.container();
    const { resource } = await container.item("count", storeId).read<Count>();
    return { orders: resource?.orders ?? 0 };
  },
});
`;

const test = (name: string) => `import { afterAll, beforeAll, expect, test } from "vitest";
import { extensionsIn } from "../../../infra/extensions.ts";
import { Stand } from "../../../test/system/stand.ts";
import { oneMore } from "./count.ts";

test("each is one more", () => {
  expect(oneMore(undefined)).toEqual({ orders: 1 });
  expect(oneMore({ orders: 1 })).toEqual({ orders: 2 });
});

let stand: Stand;
beforeAll(async () => {
  const extensions = extensionsIn().filter((each) => each.name === "${name}");
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z"), extensions });
});
afterAll(() => stand.close());

test("an order that is handed over is counted", async () => {
  const [barista, display, customer] = [await stand.barista(), await stand.display(), await stand.person()];
  expect(await customer.get("/extensions/${name}")).toEqual({ orders: 0 });
  const id = await stand.scan(customer, display);
  await customer.command(id, "submit", { drinkId: "drink:latte" });
  await stand.settle();
  for (const step of ["claim", "ready", "collect"]) await barista.command(id, step);
  await stand.settle();
  expect(await customer.get("/extensions/${name}")).toEqual({ orders: 1 });
});
`;

const page = (name: string) => `# ${name[0]?.toUpperCase()}${name.slice(1).replaceAll("-", " ")}

Counts the orders that were handed over. \`GET /api/stores/{storeId}/extensions/${name}\` returns how many, to anyone.

- **Receives** \`crema.order.collected.v1\`.
- **Shows** nothing on screens.
- **Stores** one document for each store in the container \`${name}\`, and for each order a mark that it was counted, for 32 days.
`;
