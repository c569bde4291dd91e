import { expect, test } from "vitest";
import type { CremaEvent } from "../../../contracts/events.ts";
import { withoutForgotten } from "../../../tools/simulate/checks/forgotten.ts";
import { statesBetween } from "../../../tools/simulate/checks/orders.ts";

test("what an order was between two moments is what it came with and what it came to: one that was taken back to the bar was open again", () => {
  const told = [
    ["12:28:00", "queued"],
    ["12:30:15", "cancelled"],
    ["12:30:30", "queued"],
    ["12:31:45", "ready"],
  ].map(([time, state]) => ({ time, data: { order: { state } } })) as unknown as CremaEvent[];
  expect(statesBetween(told, "12:30:30", "12:31:30")).toEqual(["cancelled", "queued"]);
  expect(statesBetween(told, "12:30:20", "12:30:25")).toEqual(["cancelled"]);
  expect(statesBetween(told, "12:32:00", "12:33:00")).toEqual(["ready"]);
  expect(statesBetween(told, "12:00:00", "12:28:00")).toEqual(["queued"]);
  expect(statesBetween(told, "12:00:00", "12:01:00")).toEqual([]);
});

test("an event of somebody who was forgotten is another in their id only, and one of anybody else as it was", () => {
  const asked = new Map([["somebody-forgotten", true]]);
  const event = (customerId: string) =>
    ({
      subject: "stores/main/orders/o1",
      data: { order: { id: "o1", customerId, note: "somebody-forgotten-not" } },
    }) as unknown as CremaEvent;
  expect(withoutForgotten({ asked }, event("somebody-forgotten"))).toEqual(event("deleted-o1"));
  expect(withoutForgotten({ asked }, event("deleted-o1"))).toEqual(event("deleted-o1"));
  expect(withoutForgotten({ asked }, event("somebody-else"))).toEqual(event("somebody-else"));
  const scanned = (customerId: string) =>
    ({ subject: "stores/main/codes/now", data: { customerId, orderId: "o2" } }) as unknown as CremaEvent;
  expect(withoutForgotten({ asked }, scanned("somebody-forgotten"))).toEqual(scanned("deleted-o2"));
});
