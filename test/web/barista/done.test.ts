import { expect, test } from "vitest";
import { canUndo, opposite, Stack } from "../../../web/barista/done.ts";
import { order } from "./orders.ts";

test("the last thing done is taken back first, each once, and of an order only what was done last", () => {
  const stack = new Stack();
  const [a, b] = [order({ id: "a" }), order({ id: "b" })];
  stack.add({ order: a, command: "claim" });
  stack.add({ order: b, command: "claim" });
  stack.add({ order: a, command: "ready" });
  expect(stack.take()).toEqual({ order: a, command: "ready" });
  expect(stack.take()).toEqual({ order: b, command: "claim" });
  expect(stack.take()).toBeUndefined();
  stack.add({ order: a, command: "cancel" });
  stack.drop("a");
  expect(stack.take()).toBeUndefined();
});

test("making is given back, giving back is made again, and all else is recalled; calling and giving up cannot be undone", () => {
  expect((["claim", "release", "ready", "collect", "cancel"] as const).map(opposite)).toEqual([
    "release",
    "claim",
    "recall",
    "recall",
    "recall",
  ]);
  expect(["call", "give-up", "recall"].map(canUndo)).toEqual([false, false, false]);
});
