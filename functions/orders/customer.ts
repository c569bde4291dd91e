import type { OperationInput } from "@azure/cosmos";
import type { CatalogPage } from "../../contracts/catalog.ts";
import { countsForDay, isActive } from "../../contracts/order-states.ts";
import { patch } from "../platform/transaction.ts";
import type { Order } from "./order.ts";

/**
 * A customer's orders in one store. The document is in the partition of the orders and changes in the same transactions, so that two simultaneous
 * admissions of one customer cannot both succeed.
 */
export interface Customer {
  /** `customer:` and the customer's id. */
  id: string;
  kind: "customer";
  storeId: string;
  /** The customer's orders that hold a place in the queue. May also contain served orders, which are removed only when they would exceed the limit. */
  open: string[];
  /** The business day of `count`. */
  day: string;
  /** The number of orders on that day that were served or still can be. */
  count: number;
  ttl: number;
}

/** The time to live in seconds: longer than any order is open. */
const keptFor = 7 * 24 * 60 * 60;

/** The id of a customer's document, the same in each store. */
export function customerDocumentId(customerId: string): string {
  return `customer:${customerId}`;
}

/** The document of a customer without orders. @param day the business day, such as 2026-06-15 */
export function newCustomer(storeId: string, customerId: string, day: string): Customer {
  return { id: customerDocumentId(customerId), kind: "customer", storeId, open: [], day, count: 0, ttl: keptFor };
}

/** The customer on a business day. The count restarts on a new day; an earlier day is ignored. */
export function onDay(customer: Customer, day: string): Customer {
  return day > customer.day ? { ...customer, day, count: 0 } : customer;
}

/** The limit that another order would exceed, with the open order if that is the reason; `undefined` if there is none. */
export function limitOf(
  customer: Customer,
  store: Pick<CatalogPage["store"], "openOrdersPerCustomer" | "ordersPerDay">,
): { openOrderId?: string } | undefined {
  const [openOrderId] = customer.open;
  if (openOrderId !== undefined && customer.open.length >= store.openOrdersPerCustomer) return { openOrderId };
  return store.ordersPerDay !== null && customer.count >= store.ordersPerDay ? {} : undefined;
}

/** The customer after an order was admitted. */
export function withOrder(customer: Customer, orderId: string): Customer {
  return { ...customer, open: [...customer.open, orderId], count: customer.count + 1 };
}

/** The customer after an order is back at the bar. A cancelled order counts towards its day again. */
export function withOrderBack(customer: Customer, before: Pick<Order, "id" | "day" | "state">): Customer {
  const counts = !countsForDay(before.state) && before.day === customer.day ? 1 : 0;
  const others = customer.open.filter((open) => open !== before.id);
  return { ...customer, open: [...others, before.id], count: customer.count + counts };
}

/**
 * The customer with only those orders that hold a place. An order that comes back also writes this document, so an admission that is based on the
 * earlier document fails because of its ETag.
 */
export function withOnly(customer: Customer, orders: readonly (Pick<Order, "id" | "state"> | undefined)[]): Customer {
  const active = orders.flatMap((order) => (order && isActive(order.state) ? [order.id] : []));
  return { ...customer, open: customer.open.filter((open) => active.includes(open)) };
}

/** The customer after an order has left the queue. */
export function withoutOrder(customer: Customer, { id, day, state }: Pick<Order, "id" | "day" | "state">): Customer {
  const uncounted = !countsForDay(state) && day === customer.day ? 1 : 0;
  return {
    ...customer,
    open: customer.open.filter((open) => open !== id),
    count: Math.max(0, customer.count - uncounted),
  };
}

/**
 * A conditional patch that removes an order that no longer counts, without reading the document first. It succeeds only if the order is the oldest
 * open one, which is usual, and if it is counted.
 */
export function withOldestGone({ id, customerId, day }: Order): OperationInput {
  const isOldest = `c.open[0] = '${id}'`;
  const gone = { op: "remove", path: "/open/0" } as const;
  const isCounted = `c.day = '${day}' AND c.count > 0`;
  const uncounted = { op: "incr", path: "/count", value: -1 } as const;
  return patch(customerDocumentId(customerId), [gone, uncounted], `${isOldest} AND ${isCounted}`);
}
