import type { OrderProgress, OrderRef } from "../../contracts/workflow.ts";
import { type Order, progressOf } from "./order.ts";
import { readOrder, saveNext } from "./orders-container.ts";
import { decide, workflow } from "./rules.ts";

export { nextNumber, number } from "./numbering.ts";

/** Each round lost means that someone else's write went through. */
const rounds = 20;

/**
 * Activity: ends an order whose time is over. Does nothing to one that is done, or that has been given more time.
 * @returns what the order is.
 */
export function expire(ref: OrderRef, traceparent?: string): Promise<OrderProgress> {
  return byClock("expire", ref, traceparent);
}

/** What the clock does to an order. */
export type ClockCommand = "expire" | "call" | "give-up";

/** Whether the time for it has come, by the order as it was read. Pure. */
export function isDue(command: ClockCommand, order: Order, now: number): boolean {
  return decide(order, { command }, workflow, now).kind === "change";
}

/** Does what the clock does to an order, if its time has come. @returns what the order is. */
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
