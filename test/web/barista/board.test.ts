import { expect, test } from "vitest";
import { groupBoard } from "../../../web/barista/board.ts";
import { at, order, start } from "./orders.ts";

const ids = (orders: { id: string }[]) => orders.map(({ id }) => id);
const ana = { id: "ana", name: "Ana" };
const ben = { id: "ben", name: "Ben" };

test("each order stands in the column of its state, and what others make stands apart", () => {
  const board = groupBoard(
    [
      order({ id: "queued", number: 5, queuedAt: at(5) }),
      order({ id: "mine", state: "making", barista: ana }),
      order({ id: "theirs", state: "making", barista: ben }),
      order({ id: "ready", state: "ready", readyAt: at(9) }),
      order({ id: "choosing", state: "choosing" }),
      order({ id: "over", state: "collected" }),
    ],
    "ana",
  );
  expect(ids(board.queue)).toEqual(["queued"]);
  expect(ids(board.mine)).toEqual(["mine"]);
  expect(ids(board.others)).toEqual(["theirs"]);
  expect(ids(board.ready)).toEqual(["ready"]);
});

test("the longest waiting comes first even over midnight, when numbers begin again, and arriving ones come last", () => {
  const board = groupBoard(
    [
      order({ id: "arriving", state: "submitted", submittedAt: at(1) }),
      order({ id: "today", number: 1, queuedAt: at(20) }),
      order({ id: "yesterday", number: 212, queuedAt: at(10) }),
    ],
    "ana",
  );
  expect(ids(board.queue)).toEqual(["yesterday", "today", "arriving"]);
});

test("ready ones are listed as on the display, the longest ready first, and one that was handed over is hidden while it can be undone", () => {
  const orders = [
    order({ id: "a", state: "ready", readyAt: at(1) }),
    order({ id: "b", state: "ready", readyAt: at(2) }),
    order({ id: "c", state: "ready", readyAt: at(3) }),
  ];
  expect(ids(groupBoard(orders, "ana", new Set(["b"])).ready)).toEqual(["a", "c"]);
});

test("what was ready for longer than the store waits stands apart, the longest first", () => {
  const orders = [
    order({ id: "new", state: "ready", readyAt: at(700) }),
    order({ id: "old", state: "ready", readyAt: at(2) }),
    order({ id: "older", state: "ready", readyAt: at(1) }),
  ];
  const { ready, unfetched } = groupBoard(orders, "ana", new Set(), start + 600_000);
  expect([ids(ready), ids(unfetched)]).toEqual([["new"], ["older", "old"]]);
});
