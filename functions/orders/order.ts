import { type OrderView, orderView } from "../../contracts/order.ts";
import type { OrderCommand } from "../../contracts/order-states.ts";
import type { OrderProgress, OrderStart } from "../../contracts/workflow.ts";

/** The role in which somebody acts on an order. */
export type Part = "customer" | "counter" | "barista" | "admin" | "workflow";

/** All commands that change an order: those that people give over HTTP, placing it at the counter, and two of the orchestration. */
export type Command = OrderCommand | "place" | "number" | "expire";

/** An order as it is stored in the container `orders`: the public view, and fields that only this service needs. */
export interface Order extends OrderView {
  kind: "order";
  /** The business day on which the order was admitted and counts, such as 2026-06-15. */
  day: string;
  /** When `state` last changed. Always present, so that queries can sort by it. */
  changedAt: string;
  /** The input of the orchestration, so that it can be started again. An order at the counter has no scan. */
  start: Partial<Pick<OrderStart, "window" | "causationid">> & Pick<OrderStart, "scan" | "traceparent">;
  /** The last command and who gave it, to detect a repetition; also the role and, for staff, the name, for the journey. */
  last?: { command: Command; by: string; as?: Part; name?: string };
  /** For a ready order: when the customer is called again automatically (deleted after that), and when the order is given up. */
  callAt?: string;
  waitsUntil?: string;
  /** The latest values of `Idempotency-Key`, each with the version that its command created. */
  keys: { key: string; command: Command; by: string; version: number }[];
  /** Ids of all staff who worked on the order, so that it is found when one of them deletes their data. */
  hands?: string[];
  /** In seconds after the last change. */
  ttl: number;
}

/** How long an order is kept after its last change, in seconds. */
export const keptFor = 90 * 24 * 60 * 60;

/** The public view of an order. */
export function viewOf(order: Order): OrderView {
  return orderView.parse(order);
}

/** The progress that the orchestration continues from. */
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
