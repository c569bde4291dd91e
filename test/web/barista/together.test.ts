import fc from "fast-check";
import { expect, test } from "vitest";
import { apart, kindOf, together } from "../../../web/barista/together.ts";
import { drink, oat, order, shot, whole } from "./orders.ts";

const menu = [drink("drink:latte", "Latte"), drink("drink:flat-white", "Flat White")];
const flat = { id: "drink:flat-white", name: "Flat White", icon: "cup" } as const;

test("the same drinks stand together behind the oldest of them, and say how many they are", () => {
  const orders = [
    order({ id: "1", drink: flat, options: [whole] }),
    order({ id: "2", options: [oat] }),
    order({ id: "3", drink: flat }),
    order({ id: "4", drink: flat, options: [oat] }),
    order({ id: "5", drink: flat, options: [whole] }),
  ];
  const shown = together(orders, menu).map(({ order: { id }, alike, leads }) => `${id} ${alike} ${leads}`);
  expect(shown).toEqual(["1 3 true", "3 3 false", "5 3 false", "2 1 true", "4 1 true"]);
  expect(apart(orders).map(({ order: { id } }) => id)).toEqual(["1", "2", "3", "4", "5"]);
});

test("what is usual with a drink does not matter, what differs does, in whatever order it was chosen", () => {
  const kind = (options: (typeof oat)[]) => kindOf(order({ id: "x", options }), menu);
  expect(kind([whole])).toBe(kind([]));
  expect(kind([oat, shot])).toBe(kind([shot, oat]));
  expect(kind([oat])).not.toBe(kind([whole]));
  expect(kind([shot])).not.toBe(kind([oat, shot]));
  expect(kindOf(order({ id: "x" }), menu)).not.toBe(kindOf(order({ id: "x", drink: flat }), menu));
});

test("nobody is lost or comes twice, the first stays the first, those alike are neighbours in turn, and kinds stand by their oldest", () => {
  const any = fc.array(fc.record({ flat: fc.boolean(), options: fc.subarray([oat, shot]) }), { maxLength: 60 });
  fc.assert(
    fc.property(any, (wishes) => {
      const orders = wishes.map((wish, at) =>
        order({ id: `${at}`, options: wish.options, ...(wish.flat && { drink: flat }) }),
      );
      const tickets = together(orders, menu);
      const places = tickets.map(({ order: { id } }) => Number(id));
      expect([...places].sort((a, b) => a - b)).toEqual(orders.map((_, at) => at));
      if (places.length > 0) expect(places[0]).toBe(0);
      const leaders = tickets.filter(({ leads }) => leads).map(({ order: { id } }) => Number(id));
      expect(leaders).toEqual([...leaders].sort((a, b) => a - b));
      for (const [at, { order: one, leads, alike }] of tickets.entries()) {
        const before = tickets[at - 1]?.order;
        const same = before !== undefined && kindOf(before, menu) === kindOf(one, menu);
        expect(leads).toBe(!same);
        if (same) expect(Number(before.id)).toBeLessThan(Number(one.id));
        if (leads)
          expect(tickets.slice(at, at + alike).every((other) => kindOf(other.order, menu) === kindOf(one, menu))).toBe(
            true,
          );
      }
    }),
  );
});
