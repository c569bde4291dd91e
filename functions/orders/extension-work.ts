import type { OrderView } from "../../contracts/order.ts";
import { baristaIdOf, type OrderWorked, orderWork } from "../../contracts/order-work.ts";
import { Refusal } from "../platform/refusal.ts";
import { command } from "./commands.ts";
import { readOrder } from "./orders-container.ts";

/**
 * Activity: executes a barista's command for an extension. A refusal is a result, which contains the order's state.
 * @throws if the input is not a valid {@link orderWork}; and after too many lost rounds, so that the orchestration retries later
 */
export async function workOf(given: unknown, traceparent?: string): Promise<OrderWorked> {
  const { storeId, orderId, command: what, version, as } = orderWork.parse(given);
  const id = baristaIdOf(as.extension);
  const told = ({ state, version, barista }: OrderView) => ({ state, version, own: barista?.id === id });
  const giver = { customerId: id, name: as.name, barista: true, admin: false, staff: true };
  try {
    const order = await command(storeId, orderId, { command: what, version }, giver, { traceparent });
    return { done: true, order: told(order) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.problem.code === "try-again") throw error;
    const found = await readOrder(storeId, orderId);
    return { done: false, ...(found && { order: told(found.document) }) };
  }
}
