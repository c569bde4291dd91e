import type { OperationInput } from "@azure/cosmos";
import type { CatalogPage } from "../../contracts/catalog.ts";
import { countsForDay, isActive } from "../../contracts/order-states.ts";
import { patch } from "../platform/transaction.ts";
import type { Order } from "./order.ts";

/**
 * What one customer has in one store. It lies beside the orders and changes in the same transactions, so that two admissions of
 * one customer at the same moment cannot both pass.
 */
export interface Customer {
  /** `customer:` and their id. */
  id: string;
  kind: "customer";
  storeId: string;
  /** Their orders that hold a place in the queue, and of those that were served some more: each of these is crossed off when it would stand in the way. */
  open: string[];
  /** The business day that `count` is of. */
  day: string;
  /** Orders of that day that were served or still may be. */
  count: number;
  ttl: number;
}

/** Longer than any order is open; in seconds. */
const keptFor = 7 * 24 * 60 * 60;

/** The id of the document of a customer, in each store. */
export function customerDocumentId(customerId: string): string {
  return `customer:${customerId}`;
}

/** A customer who has had no order yet. @param day the business day, such as 2026-06-15 */
export function newCustomer(storeId: string, customerId: string, day: string): Customer {
  return { id: customerDocumentId(customerId), kind: "customer", storeId, open: [], day, count: 0, ttl: keptFor };
}

/** The customer on a business day: the count begins again with each. A day never goes back to an earlier one. */
export function onDay(customer: Customer, day: string): Customer {
  return day > customer.day ? { ...customer, day, count: 0 } : customer;
}

/** Whether another order is too many, and the open one that stands in the way. */
export function limitOf(
  customer: Customer,
  store: Pick<CatalogPage["store"], "openOrdersPerCustomer" | "ordersPerDay">,
): { openOrderId?: string } | undefined {
  const [openOrderId] = customer.open;
  if (openOrderId !== undefined && customer.open.length >= store.openOrdersPerCustomer) return { openOrderId };
  return store.ordersPerDay !== null && customer.count >= store.ordersPerDay ? {} : undefined;
}

/** The customer once an order of theirs was admitted. */
export function withOrder(customer: Customer, orderId: string): Customer {
  return { ...customer, open: [...customer.open, orderId], count: customer.count + 1 };
}

/** The customer once an order of theirs is back at the bar. One that was cancelled counts for its day again. */
export function withOrderBack(customer: Customer, before: Pick<Order, "id" | "day" | "state">): Customer {
  const counts = !countsForDay(before.state) && before.day === customer.day ? 1 : 0;
  const others = customer.open.filter((open) => open !== before.id);
  return { ...customer, open: [...others, before.id], count: customer.count + counts };
}

/**
 * The customer with those orders only that hold a place. An order that comes back to its place is written into this document anew, so whoever was let in by
 * what it was before finds another ETag.
 */
export function withOnly(customer: Customer, orders: readonly (Pick<Order, "id" | "state"> | undefined)[]): Customer {
  const active = orders.flatMap((order) => (order && isActive(order.state) ? [order.id] : []));
  return { ...customer, open: customer.open.filter((open) => active.includes(open)) };
}

/** The customer once an order of theirs has left the queue. */
export function withoutOrder(customer: Customer, { id, day, state }: Pick<Order, "id" | "day" | "state">): Customer {
  const uncounted = !countsForDay(state) && day === customer.day ? 1 : 0;
  return {
    ...customer,
    open: customer.open.filter((open) => open !== id),
    count: Math.max(0, customer.count - uncounted),
  };
}

/**
 * The same, of one that is counted no more, as a change of the document that nobody has read: made only while the order is the oldest that they have open, as
 * most have one, and while it is counted.
 */
export function withOldestGone({ id, customerId, day }: Order): OperationInput {
  const isOldest = `c.open[0] = '${id}'`;
  const gone = { op: "remove", path: "/open/0" } as const;
  const isCounted = `c.day = '${day}' AND c.count > 0`;
  const uncounted = { op: "incr", path: "/count", value: -1 } as const;
  return patch(customerDocumentId(customerId), [gone, uncounted], `${isOldest} AND ${isCounted}`);
}
