import { expect, test } from "vitest";
import { canCancel, openOrders } from "../../../web/admin/orders-list.ts";
import { backwards, editorOf, filled, formatRoute, parseRoute } from "../../../web/admin/route.ts";
import { at, order } from "../barista/orders.ts";

test("an address leads back to where it was made", () => {
  for (const route of [
    { section: "today" },
    { section: "days" },
    { section: "menu" },
    { section: "menu", document: "drink:flat-white" },
    { section: "orders" },
    { section: "orders", past: {} },
    {
      section: "orders",
      past: { from: "2026-06-01", to: "2026-06-02", state: "cancelled,expired", barista: "Jo & דנה?" },
    },
    { section: "people", document: "staff:+14255550100" },
  ] as const)
    expect(parseRoute(formatRoute(route))).toEqual(route);
});

test("an address that nobody made leads to the first section", () => {
  for (const hash of ["", "#", "#tomorrow", "#/nothing/at/all", "#today/x"])
    expect(parseRoute(hash)).toEqual({ section: "today" });
  expect(parseRoute("#people/%")).toEqual({ section: "people" });
});

test("which past orders are looked at stands in the address, to be read and sent on; what is empty or unknown does not", () => {
  const past = filled({ drink: "drink:latte", state: "ready,collected", number: " ", from: "2026-06-01" });
  expect(formatRoute({ section: "orders", past })).toBe(
    "#orders/history?from=2026-06-01&state=ready,collected&drink=drink:latte",
  );
  expect(parseRoute("#orders/history?number=7&continuation=x&to=")).toEqual({
    section: "orders",
    past: { number: "7" },
  });
  expect(backwards({ from: "2026-06-02", to: "2026-06-01" })).toBe(true);
  expect(backwards({ from: "2026-06-01", to: "2026-06-01" })).toBe(false);
});

test("an order's number is found in whichever digits it is typed; what is none is asked for as it was, so that the API can say so", () => {
  expect(filled({ number: " ١٢٣ " })).toEqual({ number: "123" });
  expect(filled({ number: "seven", barista: "Jo ٢" })).toEqual({ number: "seven", barista: "Jo ٢" });
});

test("a document with problems is opened where it is edited", () => {
  expect(editorOf("drink:cortado")).toEqual({ section: "menu", document: "drink:cortado" });
  expect(editorOf("staff:+14255550100")?.section).toBe("people");
  expect(editorOf("something")).toBeUndefined();
});

test("open orders are listed from those to be fetched to those that arrive, oldest first; what is not ordered yet is not", () => {
  const orders = openOrders([
    order({ id: "choosing", state: "choosing" }),
    order({ id: "arriving", state: "submitted" }),
    order({ id: "late", createdAt: at(9) }),
    order({ id: "early", createdAt: at(1) }),
    order({ id: "ready", state: "ready" }),
    order({ id: "over", state: "collected" }),
  ]);
  expect(orders.map(({ id }) => id)).toEqual(["ready", "early", "late", "arriving"]);
  expect(orders.map(canCancel)).toEqual([false, true, true, true]);
});
