import { expect, test } from "vitest";
import type { CremaEvent } from "../../../contracts/events.ts";
import { withoutForgotten } from "../../../tools/simulate/checks/forgotten.ts";
import { statesBetween } from "../../../tools/simulate/checks/orders.ts";
import { pagesThen } from "../../../tools/simulate/checks/pages-then.ts";

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

test("a service may have gone by the page that stood, and by one that had until a moment ago", () => {
  const published = (version: number, time: string) =>
    ({ type: "crema.menu.changed.v1", time, data: { page: { version } } }) as unknown as CremaEvent;
  const at = pagesThen(
    [published(2, "2026-05-01T12:00:30Z"), published(1, "2026-05-01T12:00:00Z"), published(3, "2026-05-01T12:00:31Z")],
    10_000,
  );
  const then = (time: string) => at(Date.parse(time)).map(({ version }) => version);
  expect(then("2026-05-01T11:59:59Z")).toEqual([]);
  expect(then("2026-05-01T12:00:29Z")).toEqual([1]);
  expect(then("2026-05-01T12:00:30Z")).toEqual([1, 2]);
  expect(then("2026-05-01T12:00:39Z")).toEqual([1, 2, 3]);
  expect(then("2026-05-01T12:00:41Z")).toEqual([3]);
});
