import type { OrderProgress, OrderRef } from "../../contracts/workflow.ts";
import { type Order, progressOf } from "./order.ts";
import { readOrder, saveNext } from "./orders-container.ts";
import { decide, workflow } from "./rules.ts";

export { nextNumber, number } from "./numbering.ts";

/** The limit for rounds of optimistic concurrency. A round is lost only if another write came first. */
const rounds = 20;

/**
 * Activity: expires an order after its deadline. Does nothing to an order that has ended or has a later deadline.
 * @returns the order's state
 */
export function expire(ref: OrderRef, traceparent?: string): Promise<OrderProgress> {
  return byClock("expire", ref, traceparent);
}

/** The commands that are due at a time. */
export type ClockCommand = "expire" | "call" | "give-up";

/** Whether the command is due for this order. Pure. */
export function isDue(command: ClockCommand, order: Order, now: number): boolean {
  return decide(order, { command }, workflow, now).kind === "change";
}

/** Executes a timed command on an order, if it is due. @returns the order's state */
export async function byClock(
  command: ClockCommand,
  { storeId, orderId }: OrderRef,
  traceparent?: string,
): Promise<OrderProgress> {
  for (let round = 0; round < rounds; round++) {
    const before = await readOrder(storeId, orderId);
    if (before === undefined) throw new Error(`There is no order ${orderId} in the store ${storeId}.`);
    const decision = decide(before.document, { command }, workflow, Date.now());
    if (decision.kind !== "change") return progressOf(before.document);
    if ((await saveNext(before, decision.order, decision.event, traceparent)) === true)
      return progressOf(decision.order);
  }
  throw new Error(`Order ${orderId} could not be moved on in ${rounds} rounds: others were first each time.`);
}
