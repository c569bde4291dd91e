import { expect, test } from "vitest";
import { concerns, notice } from "../../../web/barista/watch.ts";
import { byId, order } from "./orders.ts";

const ids = (orders: { id: string }[]) => orders.map(({ id }) => id);

test("nothing is new on the first load", () => {
  expect(notice(undefined, byId(order({ id: "a" })))).toEqual({ arrived: [], ended: [], gone: [] });
});

test("an order arrives once: when it is submitted, not again when it gets its number", () => {
  const choosing = byId(order({ id: "a", state: "choosing" }));
  const submitted = byId(order({ id: "a", state: "submitted" }));
  const queued = byId(order({ id: "a", state: "queued" }));
  expect(ids(notice(choosing, submitted).arrived)).toEqual(["a"]);
  expect(notice(submitted, queued).arrived).toEqual([]);
});

test("one that was given back has not arrived", () => {
  expect(notice(byId(order({ id: "a", state: "making" })), byId(order({ id: "a" }))).arrived).toEqual([]);
});

test("a cancelled or expired order is told of once, and only when a drink was ordered", () => {
  const before = byId(order({ id: "a" }), order({ id: "b", state: "making" }), order({ id: "c", state: "choosing" }));
  const { drink: _none, ...unchosen } = order({ id: "c", state: "expired" });
  const after = byId(order({ id: "a", state: "cancelled" }), order({ id: "b", state: "expired" }), unchosen);
  expect(ids(notice(before, after).ended)).toEqual(["a", "b"]);
  expect(notice(after, after).ended).toEqual([]);
});

test("one that left the list while we were not told is to be looked up; a ready one that was collected is not", () => {
  const before = byId(order({ id: "a" }), order({ id: "b", state: "ready" }), order({ id: "c", state: "cancelled" }));
  expect(ids(notice(before, byId()).gone)).toEqual(["a"]);
});

test("the struck ticket of an order that a colleague was making is theirs to see", () => {
  expect(concerns(order({ id: "a", barista: { id: "ben", name: "Ben" } }), "ana")).toBe(false);
  expect(concerns(order({ id: "a", barista: { id: "ana", name: "Ana" } }), "ana")).toBe(true);
  expect(concerns(order({ id: "a" }), "ana")).toBe(true);
});
