import { expect, test } from "vitest";
import { rowsOf, type SavedWay, type Step, savedWayIn } from "../../../local/console/lib/saved-way.ts";

const step = (id: number, steps: Step[] = []): Step => ({
  ...{ id, service: "cosmos", kind: "read", name: "shop/orders", at: 1, began: 1, took: 1, outcome: "ok" },
  ...{ causes: [], trace: "t", keys: [], details: {}, logs: [], steps },
});

test("a file that was saved is read, and its steps are drawn each below what caused it", () => {
  const way: SavedWay = { of: "instance:1", steps: [step(1, [step(2, [step(3)]), step(4)]), step(5)] };
  const read = savedWayIn(JSON.stringify(way));
  expect(read).toEqual(way);
  expect(rowsOf(read.steps).map(({ span, depth }) => [span.id, depth])).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 1],
    [5, 0],
  ]);
});

test.each([
  ["<script>", /not JSON/],
  ["null", /not a saved way/],
  ["[1]", /not a saved way/],
  ['{"of":"x","steps":[1]}', /A step of the file/],
  [
    JSON.stringify({ of: "x", steps: [step(1, [{ ...step(2), service: "toString" as "cosmos" }])] }),
    /A step of the file/,
  ],
  [JSON.stringify({ of: "x", steps: [{ ...step(1), keys: undefined }] }), /A step of the file/],
])("%s is refused in words", (text, words) => {
  expect(() => savedWayIn(text)).toThrow(words);
});
