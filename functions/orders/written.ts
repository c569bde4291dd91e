import type { Stored } from "../platform/stored.ts";
import type { Order } from "./order.ts";

/** How many orders are remembered. A stand has no more in progress, and each takes two KB. */
const most = 500;

/** The orders that this process last wrote, latest at the end. */
const written = new Map<string, Stored<Order>>();
const keyOf = ({ storeId, id }: Pick<Order, "storeId" | "id">) => `${storeId} ${id}`;

/**
 * An order as this process last wrote it. It may be out of date, so use it only for a write with its ETag, which fails if another write came first. Do
 * not use it for a reply or a refusal, except for an orchestration that requests a number which the order already has.
 */
export function lastWritten(storeId: string, orderId: string): Stored<Order> | undefined {
  return written.get(keyOf({ storeId, id: orderId }));
}

/** Remembers an order that was written. Without an ETag it removes the order. */
export function wasWritten(document: Order, etag: string | undefined): void {
  const key = keyOf(document);
  written.delete(key);
  if (etag === undefined) return;
  written.set(key, { document, etag });
  if (written.size > most) written.delete(written.keys().next().value ?? key);
}
