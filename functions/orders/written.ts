import type { Stored } from "../platform/stored.ts";
import type { Order } from "./order.ts";

/** So many orders are remembered: a stand has no more under way, and each is two KB. */
const most = 500;

/** Orders as this process wrote them last, the latest at the end. */
const written = new Map<string, Stored<Order>>();
const keyOf = ({ storeId, id }: Pick<Order, "storeId" | "id">) => `${storeId} ${id}`;

/**
 * An order as this process wrote it last. It may be old: only to be changed under its ETag, where whoever was first makes the write fail. Nobody is
 * answered or refused by it, but for the workflow that asks for a number which is given.
 */
export function lastWritten(storeId: string, orderId: string): Stored<Order> | undefined {
  return written.get(keyOf({ storeId, id: orderId }));
}

/** Remembers an order that was written; without its ETag it is forgotten. */
export function wasWritten(document: Order, etag: string | undefined): void {
  const key = keyOf(document);
  written.delete(key);
  if (etag === undefined) return;
  written.set(key, { document, etag });
  if (written.size > most) written.delete(written.keys().next().value ?? key);
}
