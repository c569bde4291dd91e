import { afterAll, beforeAll, expect, test } from "vitest";
import { customerId } from "../../../contracts/common.ts";
import { baristaIdOf, type OrderWork } from "../../../contracts/order-work.ts";
import { admit } from "../../../functions/orders/admit.ts";
import { command, type Giver } from "../../../functions/orders/commands.ts";
import { workOf } from "../../../functions/orders/extension-work.ts";
import { oneOrder } from "../../../functions/orders/queries.ts";
import { number } from "../../../functions/orders/steps.ts";
import { latte, Shop, startOf } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

const ana: Giver = { customerId: "barista-ana-000001", name: "Ana", barista: true, admin: false, staff: true };

/** An order in the queue, at version 3, and how an extension works on it. */
async function queued() {
  const start = startOf(await shop.store());
  const { storeId, orderId, customerId } = start;
  await admit(start);
  const customer: Giver = { customerId, barista: false, admin: false, staff: false };
  await command(storeId, orderId, { command: "submit", wish: latte }, customer);
  await number({ storeId, orderId });
  const work = (what: OrderWork["command"], version: number, more: object = {}) =>
    workOf({ storeId, orderId, command: what, version, as: { extension: "robot", name: "Robot" }, ...more });
  const ofAna = (what: "claim" | "ready" | "release") => command(storeId, orderId, { command: what }, ana);
  return { storeId, orderId, work, ofAna };
}

test("it claims, gives back and readies as a barista of its name, and is answered the same when asked twice", async () => {
  const { storeId, orderId, work } = await queued();
  for (const [what, version, order] of [
    ["claim", 3, { state: "making", version: 4, own: true }],
    ["release", 4, { state: "queued", version: 5, own: false }],
    ["claim", 5, { state: "making", version: 6, own: true }],
    ["ready", 6, { state: "ready", version: 7, own: true }],
  ] as const) {
    expect(await work(what, version)).toEqual({ done: true, order });
    expect(await work(what, version)).toEqual({ done: true, order });
  }
  const { order } = await oneOrder(storeId, orderId, () => true);
  expect(order.barista).toEqual({ id: baristaIdOf("robot"), name: "Robot" });
});

test("what somebody else has touched since it was seen is refused, with what it is", async () => {
  const { work, ofAna } = await queued();
  await ofAna("claim");
  for (const what of ["claim", "ready", "release"] as const)
    expect(await work(what, 3)).toEqual({ done: false, order: { state: "making", version: 4, own: false } });
  // Also where it knows the version: one that another barista holds is neither claimed nor given back.
  for (const what of ["claim", "release"] as const) expect(await work(what, 4)).toMatchObject({ done: false });
  await ofAna("ready");
  expect(await work("ready", 4)).toEqual({ done: false, order: { state: "ready", version: 5, own: false } });
});

test("of an order that there is not it is told so; what is no work is thrown out", async () => {
  const { work } = await queued();
  const orderId = "0b1f4c1e-58ce-4a1e-9d0b-000000000001";
  expect(await work("claim", 3, { orderId })).toEqual({ done: false });
  await expect(work("claim", 0)).rejects.toThrow("version");
  await expect(work("collect" as "ready", 3)).rejects.toThrow("command");
});

test("its id is one that a person could have, whatever its name", () => {
  for (const name of ["abc", "a".repeat(24)]) expect(customerId.safeParse(baristaIdOf(name)).success).toBe(true);
});
