import type { OrderReply, OrdersReply } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { endOfDay } from "../platform/business-day.ts";
import { readStored } from "../platform/stored.ts";
import { query } from "./queries.ts";

/**
 * The name for the cup of an order at the counter. It is stored beside the order and in no event, so it does not reach the archive, an export, a
 * display or another customer. The database deletes it when the business day is over.
 */
export interface CupName {
  /** The order's id and `:name`. */
  id: string;
  kind: "name";
  storeId: string;
  orderId: string;
  name: string;
  /** In seconds. */
  ttl: number;
}

/** For an order shortly before midnight: how long the name is kept beyond the time for making it, in ms. */
const keptAtLeast = 60 * 60_000;

const nameId = (orderId: string) => `${orderId}:name`;

/** @param made the time for making an order, in ms */
export function cupName(
  { id: orderId, storeId }: Pick<OrderView, "id" | "storeId">,
  name: string,
  now: number,
  timeZone: string,
  made: number,
): CupName {
  const until = Math.max(endOfDay(now, timeZone), now + made + keptAtLeast);
  return { id: nameId(orderId), kind: "name", storeId, orderId, name, ttl: Math.ceil((until - now) / 1000) };
}

/** Adds the names that are still stored to a list for staff. Reads them only if an order has one. */
export async function withNames(reply: OrdersReply): Promise<OrdersReply> {
  const named = new Set(reply.orders.filter(({ counter }) => counter?.named).map(({ id }) => id));
  const [storeId] = reply.orders.map((order) => order.storeId);
  if (named.size === 0 || storeId === undefined) return reply;
  const found = await query<CupName>(storeId, "SELECT c.orderId, c.name FROM c WHERE c.kind = 'name'", {});
  const names = found.filter(({ orderId }) => named.has(orderId)).map(({ orderId, name }) => [orderId, name]);
  return { ...reply, names: Object.fromEntries(names) };
}

/** Adds the name to an order for staff, if it is still stored. */
export async function withName(reply: OrderReply): Promise<OrderReply> {
  const { id, storeId, counter } = reply.order;
  if (!counter?.named) return reply;
  const stored = await readStored<CupName>("orders", storeId, nameId(id));
  return stored === undefined ? reply : { ...reply, name: stored.document.name };
}
