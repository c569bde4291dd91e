import { expect, test } from "vitest";
import { backTo, lately } from "../../../web/barista/recall.ts";
import { at, order, start } from "./orders.ts";

const ready = order({ id: "ready", state: "ready", number: 1, readyAt: at(30) });
const collected = order({ id: "collected", state: "collected", number: 2, readyAt: at(10), endedAt: at(40) });
const barCancelled = order({ id: "bar", state: "cancelled", number: 3, endedAt: at(20), end: { by: "barista" } });
const left = order({ id: "left", state: "cancelled", number: 4, endedAt: at(50), end: { by: "customer" } });
const unfetched = order({ id: "unfetched", state: "uncollected", number: 5, readyAt: at(1), endedAt: at(60) });

test("what became ready or ended last is listed first, twenty of it, and nothing that is still to be made", () => {
  const open = order({ id: "open", state: "making", number: 6 });
  const unnumbered = order({ id: "gone", state: "cancelled", endedAt: at(70), end: { by: "barista" } });
  const list = lately([open, unnumbered, ready, collected, barCancelled, left, unfetched]);
  expect(list.map(({ id }) => id)).toEqual(["unfetched", "left", "collected", "ready", "bar"]);
  const many = Array.from({ length: 30 }, (_, n) =>
    order({ id: `${n}`, state: "ready", number: n + 1, readyAt: at(n) }),
  );
  expect(lately(many)).toHaveLength(20);
});

test("leads back to where it was, for ten minutes, and from nothing that the bar did not do", () => {
  const now = start + 100_000;
  const where = [ready, collected, barCancelled, left, unfetched].map((one) => backTo(one, now));
  expect(where).toEqual(["making", "ready", "queued", undefined, undefined]);
  expect(backTo(ready, start + 30_000 + 600_000)).toBe("making");
  expect(backTo(ready, start + 30_000 + 600_001)).toBeUndefined();
});
