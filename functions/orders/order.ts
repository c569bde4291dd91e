import { type OrderView, orderView } from "../../contracts/order.ts";
import type { OrderCommand } from "../../contracts/order-states.ts";
import type { OrderProgress, OrderStart } from "../../contracts/workflow.ts";

/** As what someone may act on an order. */
export type Part = "customer" | "counter" | "barista" | "admin" | "workflow";

/** What changes an order: the commands of people, that it is placed at the counter, and the two steps that the workflow takes. */
export type Command = OrderCommand | "place" | "number" | "expire";

/** An order as it lies in the container `orders`: what people see of it, and what only this service needs. */
export interface Order extends OrderView {
  kind: "order";
  /** Business day on which it was admitted, such as 2026-06-15: the day it counts for. */
  day: string;
  /** When `state` changed last; always there, so that queries can sort by it. */
  changedAt: string;
  /** What the workflow was started with, so that it can be started again. Placed at the counter, an order began with no scan. */
  start: Partial<Pick<OrderStart, "window" | "causationid">> & Pick<OrderStart, "scan" | "traceparent">;
  /** The last command and who gave it, by which a repetition is known; as what, and the name of staff, for the journey. */
  last?: { command: Command; by: string; as?: Part; name?: string };
  /** While it is ready: when its customer is called by the clock, gone once that was done; and until when it is waited for at all. */
  callAt?: string;
  waitsUntil?: string;
  /** The last keys (`Idempotency-Key`) and the version that each of them made. */
  keys: { key: string; command: Command; by: string; version: number }[];
  /** Ids of those who worked on it, whoever has it now: so it is found when one of them is to be forgotten. */
  hands?: string[];
  /** Seconds after the last change. */
  ttl: number;
}

/** An order is kept this long after its last change; in seconds. */
export const keptFor = 90 * 24 * 60 * 60;

/** What people see of an order. */
export function viewOf(order: Order): OrderView {
  return orderView.parse(order);
}

/** What the workflow goes on from. */
export function progressOf(order: Order): OrderProgress {
  const reason = order.state === "refused" ? order.end?.reason : undefined;
  return {
    state: order.state,
    version: order.version,
    ...(order.deadline === undefined ? {} : { deadline: order.deadline }),
    ...(order.number === undefined ? {} : { numbered: true }),
    ...(reason === undefined || reason === "customer" || reason === "barista" ? {} : { reason }),
  };
}
