import { isActive } from "../../../contracts/order-states.ts";
import type { Check, Look } from "./look.ts";

/** No workflow runs for an ended order, and every open order has one. */
export const workflows: Check = ({ world, orders }) => {
  const wrong: string[] = [];
  const instances = [...world.azure.durable.instances()];
  for (const order of orders) {
    const own = instances.filter(({ id }) => id.startsWith(order.id));
    const running = own.filter(isUnderWay);
    if (!isActive(order.state) && running.length > 0)
      wrong.push(`Order ${order.id} is ${order.state}, and its workflow still runs.`);
    if (isActive(order.state) && running.length !== 1)
      wrong.push(`Order ${order.id} is ${order.state}, and ${running.length} workflows run for it.`);
  }
  return wrong;
};

/** Whether a workflow is pending or running. Pure. */
export const isUnderWay = ({ status }: { status: string }): boolean => status === "Running" || status === "Pending";

/** No workflow has failed, whether of an order or of an extension. */
export const failed = ([first]: readonly Look[]): string[] =>
  [...(first?.world.azure.durable.instances() ?? [])]
    .filter(({ status }) => status === "Failed" || status === "Terminated")
    .map(({ id, name, status, output }) => `The workflow ${id} (${name}) is ${status}: ${output}`);
