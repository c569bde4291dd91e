import { expect, test } from "vitest";
import type { OrderView } from "../../../contracts/order.ts";
import { rowsInView } from "../../../web/admin/rows.ts";
import { endingOf } from "../../../web/lib/story/ending.ts";

test("of a hundred thousand rows some dozens are drawn, wherever one has scrolled to", () => {
  const count = 100_000;
  for (const top of [0, 75, 76, 1_000_000, count * 76 - 600, count * 76 + 5_000]) {
    const { first, end } = rowsInView({ top, height: 600, row: 76 }, count);
    expect(end - first).toBeLessThanOrEqual(21);
    expect(first).toBeLessThan(end);
    expect(first * 76).toBeLessThanOrEqual(Math.min(top, count * 76));
    expect(end * 76).toBeGreaterThanOrEqual(Math.min(top + 600, count * 76));
  }
  expect(rowsInView({ top: 0, height: 600, row: 76 }, 0)).toEqual({ first: 0, end: 0 });
});

test("who ended an order, and why, is said in words", () => {
  const of = (state: OrderView["state"], end: NonNullable<OrderView["end"]>) => endingOf({ state, end });
  expect(of("cancelled", { by: "customer" })).toBe("by the customer");
  expect(of("cancelled", { by: "barista", name: "Dana", note: "out of oat milk" })).toBe("by Dana: “out of oat milk”");
  expect(of("cancelled", { by: "barista", name: "דנה" })).toBe("by \u2068דנה\u2069");
  expect(of("cancelled", { by: "barista" })).toBe("by a barista");
  expect(of("expired", { by: "system", reason: "barista" })).toBe("by the clock: the bar did not get to it in time");
  expect(of("expired", { by: "system", reason: "customer" })).toBe("by the clock: no drink was chosen in time");
  expect(of("refused", { by: "system", reason: "full" })).toBe("the queue was full");
  expect(endingOf({ state: "collected" })).toBe("");
});
