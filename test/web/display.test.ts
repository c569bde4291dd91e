import { expect, test } from "vitest";
import type { OrderView } from "../../contracts/order.ts";
import { addressToShow, isStale, preparing, ready, toType } from "../../web/display/board.ts";

const now = Date.parse("2030-01-01T12:03:00.000Z");
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const order = (number: number, more: Partial<OrderView>): OrderView => ({
  id: `order-${number}`,
  storeId: "main",
  customerId: "a-customer-of-ours",
  version: 1,
  number,
  state: "queued",
  createdAt: ago(9),
  queuedAt: ago(100 - number),
  ...more,
});
const numbers = (orders: OrderView[]) => orders.map(({ number }) => number);

test("what is being made stands first, then the queue in its order, and nothing without a number", () => {
  const { number: _, ...unnumbered } = order(7, { state: "submitted" });
  const orders = [
    order(5, {}),
    unnumbered,
    order(4, { state: "making" }),
    order(3, {}),
    order(2, { state: "collected" }),
  ];
  expect(numbers(preparing(orders))).toEqual([4, 3, 5]);
});

test("ready ones stand with those first that wait longest; who has not come for ten minutes lets others go first, and stays", () => {
  const orders = [3, 9.9, 10, 1, 30].map((minutes, n) => order(n + 1, { state: "ready", readyAt: ago(minutes) }));
  expect(numbers(ready(orders, now))).toEqual([2, 1, 4, 5, 3]);
  const called = order(6, { state: "ready", readyAt: ago(20), calledAt: ago(1) });
  expect(numbers(ready([...orders, called], now))).toEqual([6, 2, 1, 4, 5, 3]);
});

test("who has no camera is told an address that can be broken where it may be, and the code in two groups", () => {
  const address = "https://orange.5.azurestaticapps.net/?store=main&code=ACE4KM";
  expect(toType(address, "ACE4KM", "main")).toEqual({
    address: ["orange.", "5.", "azurestaticapps.", "net"],
    code: "ACE 4KM",
  });
  expect(toType(address, "ACE4K", "other")).toEqual({
    address: ["orange.", "5.", "azurestaticapps.", "net/", "?store=main"],
    code: "ACE 4K",
  });
});

const window = {
  storeId: "main",
  opensAt: "2030-01-01T12:00:00.000Z",
  closesAt: "2030-01-01T12:05:00.000Z",
  scans: 10,
  scansLeft: 7,
  version: 4,
};
const reply = { window, code: "ABCDE", url: "https://crema.test/?code=ABCDE", now: ago(0) };

test("the code shows while its window runs and has scans left", () => {
  expect(addressToShow(reply, window, now)).toBe(reply.url);
  expect(addressToShow(reply, { ...window, scansLeft: 0 }, now)).toBeUndefined();
  expect(addressToShow(reply, window, Date.parse(window.closesAt))).toBeUndefined();
  expect(addressToShow(reply, { ...window, opensAt: window.closesAt }, now)).toBeUndefined();
});

test("the code is asked for again when the window is over, another runs, or a scan was given back", () => {
  const { code: _code, url: _url, ...hidden } = reply;
  expect(isStale(undefined, undefined, now)).toBe(true);
  expect(isStale(reply, window, now)).toBe(false);
  expect(isStale(reply, window, Date.parse(window.closesAt))).toBe(true);
  expect(isStale(reply, { ...window, opensAt: window.closesAt }, now)).toBe(true);
  expect(isStale(hidden, { ...window, scansLeft: 0 }, now)).toBe(false);
  expect(isStale(hidden, { ...window, scansLeft: 1 }, now)).toBe(true);
  const heldUntil = new Date(now + 1).toISOString();
  expect(isStale(reply, { ...window, heldUntil }, now)).toBe(false);
  expect(isStale(reply, { ...window, heldUntil }, now + 1)).toBe(true);
});
