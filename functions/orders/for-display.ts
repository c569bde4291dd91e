import type { Role } from "../../contracts/common.ts";
import type { DisplayOrderReply, DisplayOrdersReply, OrderReply, OrdersReply } from "../../contracts/http.ts";
import { displayOrder } from "../../contracts/order.ts";

/**
 * Whether someone sees other people's orders only as a display shows them: it stands in front of everybody, and has no need to know
 * whose an order is, nor who makes it.
 */
export function onlyDisplays(roles: Role[]): boolean {
  return !roles.includes("barista") && !roles.includes("admin");
}

/** The list of orders as a display gets it. */
export function ordersForDisplay(reply: OrdersReply): DisplayOrdersReply {
  return { ...reply, orders: reply.orders.map((order) => displayOrder.parse(order)) };
}

/** One order as a display gets it. */
export function orderForDisplay(reply: OrderReply): DisplayOrderReply {
  return { ...reply, order: displayOrder.parse(reply.order) };
}
