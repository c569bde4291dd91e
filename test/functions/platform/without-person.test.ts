import { expect, test } from "vitest";
import { namesOf, withoutPerson } from "../../../functions/platform/without-person.ts";

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
