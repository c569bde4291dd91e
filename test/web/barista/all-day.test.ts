import { expect, test } from "vitest";
import { allDay } from "../../../web/barista/all-day.ts";
import { optionsOf } from "../../../web/barista/options.ts";
import { drink, oat, order, shot, whole } from "./orders.ts";

const flat = { id: "drink:flat-white", name: "Flat White", icon: "cup" };
const menu = [drink("drink:latte", "Latte"), drink("drink:flat-white", "Flat White")];

test("drinks and notable options of what is to be made are counted, each at its place", () => {
  const orders = [
    order({ id: "1", options: [oat, shot] }),
    order({ id: "2", state: "making", options: [whole] }),
    order({ id: "3", state: "submitted", options: [oat], drink: flat }),
  ];
  expect(allDay(orders, menu)).toEqual([
    { key: "drink drink:latte", kind: "drink", name: "Latte", count: 2 },
    { key: "drink drink:flat-white", kind: "drink", name: "Flat White", count: 1 },
    { key: "option extra shot", kind: "option", name: "Extra shot", count: 1 },
    { key: "option oat milk", kind: "option", name: "Oat milk", count: 2 },
  ]);
  // One more of another changes its number and moves nothing.
  const more = allDay([...orders, order({ id: "4", drink: flat }), order({ id: "5", drink: flat })], menu);
  expect(more.map(({ name, count }) => [name, count])).toEqual([
    ["Latte", 2],
    ["Flat White", 3],
    ["Extra shot", 1],
    ["Oat milk", 2],
  ]);
});

test("two drinks of one name are two lines, which are told apart: a list with one key twice takes down the whole bar", () => {
  const tea = { id: "drink:tea", name: "Tea", icon: "cup" };
  const counts = allDay(
    [order({ id: "1", drink: tea }), order({ id: "2", drink: { ...tea, id: "drink:tea-2" } })],
    [drink("drink:tea", "Tea"), drink("drink:tea-2", "Tea")],
  );
  expect(counts.map(({ name, count }) => [name, count])).toEqual([
    ["Tea", 1],
    ["Tea", 1],
  ]);
  expect(new Set(counts.map(({ key }) => key)).size).toBe(2);
});

test("what is ready, ended or not chosen yet does not count", () => {
  const { drink: _none, ...choosing } = order({ id: "4", state: "choosing" });
  const orders = [order({ id: "1", state: "ready" }), order({ id: "2", state: "cancelled" }), choosing];
  expect(allDay(orders, menu)).toEqual([]);
});

test("a default is not notable, unless the drink has left the menu and nobody knows its defaults", () => {
  const latte = order({ id: "1", options: [whole, shot] });
  expect(optionsOf(latte, menu)).toEqual([
    { name: "Whole milk", notable: false },
    { name: "Extra shot", notable: true },
  ]);
  expect(optionsOf(latte, []).map(({ notable }) => notable)).toEqual([true, true]);
});
