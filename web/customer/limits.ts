import type { OrderLimits } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { countsForDay, isActive } from "../../contracts/order-states.ts";

/** What was told of a customer's limits, and what their orders came to then. */
export interface ToldLimits {
  limits: OrderLimits;
  counted: number;
}

const countIn = (orders: Iterable<OrderView>): number => [...orders].filter(({ state }) => countsForDay(state)).length;

/** What is told now, with what this phone knows of the orders that it was told of. */
export function told(limits: OrderLimits | undefined, orders: Iterable<OrderView>): ToldLimits | undefined {
  return limits && { limits, counted: countIn(orders) };
}

/** The same as the orders are now: what was begun since counts, what came to nothing does not. The store's day over, counting begins anew. */
export function limitsNow(
  before: ToldLimits | undefined,
  orders: Iterable<OrderView>,
  now: number,
): OrderLimits | undefined {
  if (before === undefined) return undefined;
  const all = [...orders];
  const { open, day } = before.limits;
  return {
    open: { ...open, used: all.filter(({ state }) => isActive(state)).length },
    ...(day &&
      Date.parse(day.until) > now && { day: { ...day, used: Math.max(0, day.used + countIn(all) - before.counted) } }),
  };
}
