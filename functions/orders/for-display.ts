import type { Role } from "../../contracts/common.ts";
import type { DisplayOrderReply, DisplayOrdersReply, OrderReply, OrdersReply } from "../../contracts/http.ts";
import { displayOrder } from "../../contracts/order.ts";

/**
 * Whether the caller gets other people's orders only in the form for displays. A display is public, and does not need to know an order's customer or
 * barista.
 */
export function onlyDisplays(roles: Role[]): boolean {
  return !roles.includes("barista") && !roles.includes("admin");
}

/** The list of orders in the form for displays. */
export function ordersForDisplay(reply: OrdersReply): DisplayOrdersReply {
  return { ...reply, orders: reply.orders.map((order) => displayOrder.parse(order)) };
}

/** One order in the form for displays. */
export function orderForDisplay(reply: OrderReply): DisplayOrderReply {
  return { ...reply, order: displayOrder.parse(reply.order) };
}
