import type { OrderLimits } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { countsForDay, isActive } from "../../contracts/order-states.ts";

/** A customer's limits as of the last reply, and what their orders counted at that time. */
export interface ToldLimits {
  limits: OrderLimits;
  counted: number;
}

const countIn = (orders: Iterable<OrderView>): number => [...orders].filter(({ state }) => countsForDay(state)).length;

/** The limits of a reply, with the count of the orders that this phone knows at that time. */
export function told(limits: OrderLimits | undefined, orders: Iterable<OrderView>): ToldLimits | undefined {
  return limits && { limits, counted: countIn(orders) };
}

/** The limits as of now: orders begun since are counted, those that came to nothing are not. When the store's day is over, counting starts again. */
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
