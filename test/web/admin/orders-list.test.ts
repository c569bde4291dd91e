import { expect, test } from "vitest";
import { openOrders } from "../../../web/admin/orders-list.ts";
import { at, order } from "../barista/orders.ts";

test("orders stand by their state, and in each by the age that is shown, not by when they were begun", () => {
  const orders = [
    // Begun first, and long chosen.
    order({ id: "slow", createdAt: at(0), submittedAt: at(200) }),
    order({ id: "quick", createdAt: at(60), submittedAt: at(90) }),
    order({ id: "made", state: "ready", createdAt: at(10), readyAt: at(300) }),
    order({ id: "waits", state: "ready", createdAt: at(20), readyAt: at(250) }),
    order({ id: "over", state: "collected" }),
  ];
  expect(openOrders(orders).map(({ id }) => id)).toEqual(["waits", "made", "quick", "slow"]);
});
