import type { Container } from "@azure/cosmos";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { container } from "../../../functions/platform/clients.ts";
import { heldIn, namesOf, withoutPerson, writeWithout } from "../../../functions/platform/without-person.ts";
import { type Services, startServices } from "../identity/services.ts";

const customer = "customer-0123456789";
const barista = "barista-0123456789";
const order = {
  id: "order-1",
  customerId: customer,
  drink: { id: "drink:latte", name: "Bea" },
  barista: { id: barista, name: "Bea" },
  last: { command: "cancel", by: barista, as: "barista", name: "Bea" },
  end: { by: "barista", name: "Bea", note: "out of milk" },
  keys: [{ key: "k", by: customer, version: 2 }],
};

test("a customer is taken out of an order, and nobody else is", () => {
  const names = new Set(namesOf(order, customer));
  expect([...names]).toEqual([]);
  const after = withoutPerson(order, customer, "deleted-order-1", names);
  expect(after).toEqual({
    ...order,
    customerId: "deleted-order-1",
    keys: [{ key: "k", by: "deleted-order-1", version: 2 }],
  });
});

test("who made it is taken out with their name wherever they did something, and the drink of that name stays", () => {
  const names = new Set(namesOf(order, barista));
  expect([...names]).toEqual(["Bea"]);
  const after = withoutPerson({ order, by: { part: "barista", name: "Bea" } }, barista, "deleted-order-1", names);
  expect(after).toEqual({
    order: {
      ...order,
      barista: { id: "deleted-order-1", name: "–" },
      last: { command: "cancel", by: "deleted-order-1", as: "barista", name: "–" },
      end: { by: "barista", name: "–", note: "out of milk" },
    },
    by: { part: "barista", name: "–" },
  });
});

test("an id within a longer text is not the id", () => {
  expect(withoutPerson({ note: `not ${customer}` }, customer, "x", new Set())).toEqual({ note: `not ${customer}` });
});

describe("a document that is written without somebody", () => {
  let services: Services;
  let orders: Container;
  beforeAll(async () => {
    services = await startServices();
    // What goes in a second is looked at before.
    services.parts.clock.hold();
    orders = await container("orders");
  });
  afterAll(() => services.close());
  afterEach(() => {
    vi.useRealTimers();
  });

  const storeId = "main";
  const ttl = 30 * 24 * 60 * 60;
  async function held(document: object) {
    const { resource } = await orders.items.upsert({ storeId, customerId: customer, ...document });
    const [found] = await heldIn(orders, "SELECT * FROM c WHERE c.id = @id", { id: resource?.id ?? "" }, storeId);
    return found ?? expect.unreachable("is not there");
  }
  const later = (document: { _ts: number }, seconds: number) =>
    vi.useFakeTimers({ toFake: ["Date"], now: (document._ts + seconds) * 1000 });
  const without = (document: Awaited<ReturnType<typeof held>>) =>
    writeWithout(orders, storeId, document, { ...document, customerId: "nobody" });
  const read = async (id: string) => (await orders.item(id, storeId).read()).resource;

  test("goes when it would have gone, and one that stays for good stays", async () => {
    const [kept, last, stays] = await Promise.all([
      held({ id: "kept", ttl }),
      held({ id: "last", ttl: 60 }),
      held({ id: "stays" }),
    ]);
    later(kept, 24 * 60 * 60);
    expect(await Promise.all([kept, last, stays].map(without))).toEqual([true, true, true]);
    expect(await read("kept")).toMatchObject({ customerId: "nobody", ttl: ttl - 24 * 60 * 60 });
    expect(await read("last")).toMatchObject({ ttl: 1 });
    expect(await read("stays")).not.toHaveProperty("ttl");
  });

  test("is told of no more where it is an event that the outbox has told of long ago", async () => {
    const [old, order] = await Promise.all([
      held({ id: "old", kind: "event", ttl }),
      held({ id: "order", kind: "order", ttl }),
    ]);
    later(old, 11 * 60);
    await Promise.all([old, order].map(without));
    expect(await read("old")).toMatchObject({ erased: true });
    expect(await read("order")).not.toHaveProperty("erased");
    const young = await held({ id: "young", kind: "event", ttl });
    later(young, 9 * 60);
    await without(young);
    // Whether it was told of yet nobody knows: so it is told of once more.
    expect(await read("young")).not.toHaveProperty("erased");
  });

  test("is left to another try where somebody else wrote it since, and one that is gone needs none", async () => {
    const [changed, gone] = await Promise.all([held({ id: "changed", ttl }), held({ id: "gone", ttl })]);
    await Promise.all([held({ id: "changed", ttl, version: 2 }), orders.item("gone", storeId).delete()]);
    expect(await Promise.all([changed, gone].map(without))).toEqual([false, true]);
    expect(await read("changed")).toMatchObject({ customerId: customer, version: 2 });
  });
});
