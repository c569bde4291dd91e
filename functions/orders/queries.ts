import type { JSONValue } from "@azure/cosmos";
import type { OrderReply, OrdersReply, QueueReply } from "../../contracts/http.ts";
import type { OrderView, QueueView } from "../../contracts/order.ts";
import { container } from "../platform/clients.ts";
import { placeOf, waitNow } from "./bar.ts";
import { notFound } from "./commands.ts";
import { type Order, viewOf } from "./order.ts";
import { newQueue, readOrder, readQueue } from "./orders-container.ts";

/** How many of their orders a customer sees. */
const newest = 20;

/** Queries the orders of one store. Every query stays in the store's partition and sorts by one property that is always present. */
export async function query<T>(storeId: string, text: string, values: Record<string, JSONValue>): Promise<T[]> {
  const parameters = Object.entries(values).map(([name, value]) => ({ name: `@${name}`, value }));
  const { items } = await container("orders");
  // As few pages as possible; the default is a hundred documents a page.
  const options = { partitionKey: storeId, maxItemCount: -1 };
  return (await items.query<T>({ query: text, parameters }, options).fetchAll()).resources;
}

/** The queue; empty for a store without orders. */
export async function queueOf(storeId: string): Promise<QueueView> {
  const { active, version } = (await readQueue(storeId))?.document ?? newQueue(storeId);
  return { storeId, version, active };
}

/** The queue, and the waiting time of an order that is placed now. */
export async function queueAndWait(storeId: string): Promise<QueueReply> {
  const [queue, wait] = await Promise.all([queueOf(storeId), waitNow(storeId)]);
  return { queue, ...(wait && { wait }), now: new Date().toISOString() };
}

/** A customer's latest orders, newest first. */
export async function ordersOf(storeId: string, customerId: string): Promise<OrdersReply> {
  const text = `SELECT TOP ${newest} * FROM c WHERE c.kind = 'order' AND c.customerId = @customerId ORDER BY c.createdAt DESC`;
  const [orders, queue] = await Promise.all([query<Order>(storeId, text, { customerId }), queueAndWait(storeId)]);
  return { orders: orders.map(viewOf), ...queue };
}

/** The orders to be made, oldest first, then the ready orders that are not collected. Displays hide these sooner. */
export async function board(storeId: string): Promise<OrdersReply> {
  const open = `SELECT * FROM c WHERE c.kind = 'order' AND c.state IN ('submitted', 'queued', 'making') ORDER BY c.submittedAt`;
  const ready = `SELECT * FROM c WHERE c.kind = 'order' AND c.state = 'ready' ORDER BY c.readyAt`;
  const [toMake, made, queue] = await Promise.all([
    query<Order>(storeId, open, {}),
    query<Order>(storeId, ready, {}),
    queueAndWait(storeId),
  ]);
  return { orders: [...toMake.map(viewOf).sort(byAge), ...made.map(viewOf)], ...queue };
}

/**
 * One order and, while it is queued, how many are ahead of it and its remaining waiting time.
 * @param mayRead whether the caller may see an order. @throws Refusal `not-found`
 */
export async function oneOrder(
  storeId: string,
  orderId: string,
  mayRead: (order: OrderView) => boolean | Promise<boolean>,
): Promise<OrderReply> {
  const found = await readOrder(storeId, orderId);
  if (found === undefined || !(await mayRead(found.document))) throw notFound(orderId);
  const order = viewOf(found.document);
  return { order, ...(await placeOf(order)), now: new Date().toISOString() };
}

/** Orders that were submitted in the same millisecond are sorted by number; an order without a number comes last. */
function byAge(one: OrderView, other: OrderView): number {
  const [a = "", b = ""] = [one.submittedAt, other.submittedAt];
  if (a !== b) return a < b ? -1 : 1;
  return (one.number ?? Number.POSITIVE_INFINITY) - (other.number ?? Number.POSITIVE_INFINITY) || 0;
}
