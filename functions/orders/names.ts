import type { OrderReply, OrdersReply } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { endOfDay } from "../platform/business-day.ts";
import { readStored } from "../platform/stored.ts";
import { query } from "./queries.ts";

/**
 * The name that somebody at the counter gave for their cup. It lies beside the order and in no event: the archive, an export, a display or another
 * customer cannot have it, and the database removes it when the day is over.
 */
export interface CupName {
  /** The order's id and `:name`. */
  id: string;
  kind: "name";
  storeId: string;
  orderId: string;
  name: string;
  /** Seconds. */
  ttl: number;
}

/** An order taken shortly before midnight keeps its name so long beyond the time that it may take to be made; in ms. */
const keptAtLeast = 60 * 60_000;

const nameId = (orderId: string) => `${orderId}:name`;

/** @param made how long (ms) an order may take to be made */
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

/** The list, for staff, with the names that were given and are still kept. Where none was given, none is asked for. */
export async function withNames(reply: OrdersReply): Promise<OrdersReply> {
  const named = new Set(reply.orders.filter(({ counter }) => counter?.named).map(({ id }) => id));
  const [storeId] = reply.orders.map((order) => order.storeId);
  if (named.size === 0 || storeId === undefined) return reply;
  const found = await query<CupName>(storeId, "SELECT c.orderId, c.name FROM c WHERE c.kind = 'name'", {});
  const names = found.filter(({ orderId }) => named.has(orderId)).map(({ orderId, name }) => [orderId, name]);
  return { ...reply, names: Object.fromEntries(names) };
}

/** The order, for staff, with the name that was given, if it is still kept. */
export async function withName(reply: OrderReply): Promise<OrderReply> {
  const { id, storeId, counter } = reply.order;
  if (!counter?.named) return reply;
  const stored = await readStored<CupName>("orders", storeId, nameId(id));
  return stored === undefined ? reply : { ...reply, name: stored.document.name };
}
