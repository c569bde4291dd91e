import type { CatalogPage } from "../../contracts/catalog.ts";
import type { OrderLimits } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { isActive } from "../../contracts/order-states.ts";
import { businessDay, endOfDay } from "../platform/business-day.ts";
import type { Standing } from "../platform/caller.ts";
import { newCustomer, onDay } from "./customer.ts";
import { readCustomer } from "./orders-container.ts";

type Store = CatalogPage["store"];

/** Whether a store's limits apply to somebody with these roles: the owner may exempt staff. */
export function isLimited({ staffWithoutLimits }: Store, roles: Standing["roles"]): boolean {
  return staffWithoutLimits !== true || !(roles.includes("barista") || roles.includes("admin"));
}

/** How much of the limits a customer has used, counted as at an admission. @param mine the customer's latest orders */
export async function limitsOf(
  { storeId, store }: CatalogPage,
  customerId: string,
  mine: OrderView[],
): Promise<OrderLimits> {
  const open = { used: mine.filter(({ state }) => isActive(state)).length, most: store.openOrdersPerCustomer };
  // Read only if it matters.
  if (store.ordersPerDay === null) return { open };
  const now = Date.now();
  const day = businessDay(now, store.timeZone);
  const known = await readCustomer(storeId, customerId);
  const { count } = onDay(known?.document ?? newCustomer(storeId, customerId, day), day);
  const until = new Date(endOfDay(now, store.timeZone)).toISOString();
  return { open, day: { used: count, most: store.ordersPerDay, until } };
}
