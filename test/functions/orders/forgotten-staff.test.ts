import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { admit } from "../../../functions/orders/admit.ts";
import { command, type Given, type Giver } from "../../../functions/orders/commands.ts";
import { holdsOrders } from "../../../functions/orders/personal.ts";
import { place } from "../../../functions/orders/place.ts";
import { personalData } from "../../../functions/platform/personal-data.ts";
import { espresso, latte, newCustomerId, Shop, startOf } from "./shop.ts";

let shop: Shop;
let storeId: string;
let ann: Giver;
beforeAll(async () => {
  shop = await Shop.open();
  holdsOrders();
});
beforeEach(async () => {
  storeId = await shop.store();
  ann = { ...staff(newCustomerId(), "Ann Unique"), admin: true };
});
afterAll(() => shop.close());

const staff = (customerId: string, name: string): Giver => ({
  customerId,
  name,
  barista: true,
  admin: false,
  staff: true,
});
const bob = staff("barista-bob-000001", "Bob");

const orders = () => personalData().find(({ part }) => part === "orders");

/** Of all that the store's orders and events say, what still names Ann. */
async function namesAnn(): Promise<string[]> {
  const { items } = shop.services.container("orders");
  const { resources } = await items.query<object>("SELECT * FROM c", { partitionKey: storeId }).fetchAll();
  return resources
    .map((one) => JSON.stringify(one))
    .filter((text) => text.includes("Ann Unique") || text.includes(ann.customerId));
}

/** A customer's order to which these things happen, one after the other. */
async function order(...happens: [Given["command"], Giver][]): Promise<string> {
  const start = startOf(storeId);
  await admit(start);
  const customer = { customerId: start.customerId, barista: false, admin: false, staff: false };
  await command(storeId, start.orderId, { command: "submit", wish: latte }, customer);
  for (const [what, who] of happens) {
    const given = (what === "cancel" ? { command: what, note: "Beans are out" } : { command: what }) as Given;
    await command(storeId, start.orderId, given, who, { key: crypto.randomUUID() });
  }
  return start.orderId;
}

test.each<[string, () => Promise<unknown>]>([
  ["claimed it and let it go", () => order(["claim", ann], ["release", ann], ["claim", bob], ["ready", bob])],
  ["let it go as an admin", () => order(["claim", bob], ["release", ann], ["claim", bob])],
  [
    "called and handed it over",
    () => order(["claim", bob], ["ready", bob], ["call", ann], ["collect", ann], ["recall", bob]),
  ],
  ["cancelled it, and another took it back", () => order(["cancel", ann], ["recall", bob])],
  [
    "took it at the counter",
    async () => {
      const { order: placed } = await place(storeId, espresso, undefined, ann, { key: "at-the-counter" });
      await command(storeId, placed.id, { command: "claim" }, bob);
    },
  ],
])("who %s before somebody else had it is in nothing that is kept of it, once forgotten", async (_, happens) => {
  await happens();
  expect(await namesAnn()).not.toEqual([]);
  await orders()?.forget?.(storeId, ann.customerId);
  expect(await namesAnn()).toEqual([]);
});

test("who works here is shown which orders they worked on, and nothing of whose they are", async () => {
  const id = await order(["claim", ann], ["release", ann], ["claim", bob], ["ready", bob]);
  const held = (await orders()?.read(ann.customerId)) as { worked: object[]; orders: object[] };
  expect(held.worked).toEqual([{ id, storeId, createdAt: expect.any(String) }]);
  expect(held.orders).toEqual([]);
});

test("a customer is shown what happened to their orders, and no ids of those who did it", async () => {
  const id = await order(["claim", ann], ["release", ann], ["claim", bob], ["ready", bob]);
  const { resource } = await shop.services.container("orders").item(id, storeId).read<{ customerId: string }>();
  const customer = resource?.customerId ?? "";
  const held = (await orders()?.read(customer)) as { orders: { barista: object }[]; happened: { by?: object }[] };
  expect(held.happened.map(({ by }) => by)).toContainEqual({ part: "barista", name: "Ann Unique" });
  // Who makes it is part of the order, as the customer's app shows it, in events of then too.
  const [shown] = held.orders;
  expect(JSON.stringify(shown)).not.toContain(ann.customerId);
  expect(JSON.stringify({ ...shown, barista: undefined })).not.toContain(bob.customerId);
  expect(JSON.stringify(shown)).toContain(customer);
});

test("an order from before it was kept who worked on it knows who makes it, and who did last", async () => {
  const id = await order(["claim", ann]);
  const document = shop.services.container("orders").item(id, storeId);
  await document.patch([{ op: "remove", path: "/hands" }]);
  await command(storeId, id, { command: "release" }, { ...bob, admin: true });
  await command(storeId, id, { command: "claim" }, bob);
  await orders()?.forget?.(storeId, ann.customerId);
  expect((await namesAnn()).filter((text) => text.includes('"kind":"order"'))).toEqual([]);
});
