import fc from "fast-check";
import { expect, test } from "vitest";
import {
  atPlace,
  beside,
  type Columns,
  columnNames,
  firstFrom,
  placeOf,
  stands,
  successor,
  towards,
} from "../../../web/barista/places.ts";

const columns: Columns = { queue: ["a", "b", "c"], making: [], ready: ["x", "y"] };

test("ten tickets of a column have a place, which leads back to them", () => {
  const many: Columns = { ...columns, queue: Array.from({ length: 12 }, (_, n) => `${n}`) };
  expect(placeOf(many, { column: "queue", id: "9" })).toBe(10);
  expect(placeOf(many, { column: "queue", id: "10" })).toBeUndefined();
  expect(atPlace(many, "queue", 10)).toEqual({ column: "queue", id: "9" });
  expect(atPlace(columns, "making", 1)).toBeUndefined();
});

test("next and previous stay in the column and end at its ends; a column that is empty is passed over", () => {
  const b = { column: "queue", id: "b" } as const;
  expect([beside(columns, b, 1).id, beside(columns, b, -1).id]).toEqual(["c", "a"]);
  expect(beside(columns, { column: "queue", id: "c" }, 1).id).toBe("c");
  expect(firstFrom(columns, "making")).toEqual({ column: "ready", id: "x" });
  expect(firstFrom({ ...columns, ready: [] }, "making")).toEqual({ column: "queue", id: "a" });
});

test("after a ticket that went comes the next, at the end the one before, in an empty column one of another", () => {
  const went = { column: "queue", id: "b" } as const;
  const without = (queue: string[]) => successor(columns, { ...columns, queue }, went);
  expect(without(["a", "c"])?.id).toBe("c");
  expect(without(["a"])?.id).toBe("a");
  expect(without(["n"])?.id).toBe("n");
  expect(without([])).toEqual({ column: "ready", id: "x" });
  expect(without(["a", "b"])?.id).toBe("b");
  expect(successor(columns, { queue: [], making: [], ready: [] }, went)).toBeUndefined();
});

test("as long as there is a ticket the focus finds one that stands, whatever comes and goes", () => {
  const list = fc.uniqueArray(fc.constantFrom(..."abcdefgh"), { maxLength: 8 });
  const board = fc.record({ queue: list, making: list, ready: list });
  const spot = fc.record({ column: fc.constantFrom(...columnNames), id: fc.constantFrom(..."abcdefgh") });
  fc.assert(
    fc.property(board, board, spot, (before, after, at) => {
      const next = successor(before, after, at);
      if (next === undefined) expect(after).toEqual({ queue: [], making: [], ready: [] });
      else expect(stands(after, next)).toBe(true);
      if (stands(after, at)) expect(next).toEqual(at);
    }),
  );
});

test("an arrow goes to the nearest that way: straight on, not aside", () => {
  const box = (id: string, x: number, y: number) => ({ id, x, y });
  const boxes = [box("1", 0, 0), box("2", 250, 0), box("3", 0, 145), box("4", 250, 145), box("m", 520, 0)];
  const from = (id: string) => boxes.find((one) => one.id === id) ?? box("", 0, 0);
  const go = (id: string, way: "up" | "down" | "left" | "right") => towards(boxes, from(id), way);
  expect([go("1", "right"), go("1", "down"), go("4", "up"), go("4", "left")]).toEqual(["2", "3", "2", "3"]);
  expect([go("2", "right"), go("4", "right"), go("m", "left")]).toEqual(["m", "m", "2"]);
  expect([go("1", "up"), go("3", "down"), go("1", "left")]).toEqual([undefined, undefined, undefined]);
});
