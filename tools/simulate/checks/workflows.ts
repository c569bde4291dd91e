import { isActive } from "../../../contracts/order-states.ts";
import type { Check } from "./look.ts";

/** No workflow runs for an order that has ended, none is missing for one that runs, and none has failed. */
export const workflows: Check = ({ world, orders }) => {
  const wrong: string[] = [];
  const instances = [...world.azure.durable.instances()];
  for (const order of orders) {
    const own = instances.filter(({ id }) => id.startsWith(order.id));
    const running = own.filter(({ status }) => status === "Running" || status === "Pending");
    if (!isActive(order.state) && running.length > 0)
      wrong.push(`Order ${order.id} is ${order.state}, and its workflow still runs.`);
    if (isActive(order.state) && running.length !== 1)
      wrong.push(`Order ${order.id} is ${order.state}, and ${running.length} workflows run for it.`);
    for (const { id, status, output } of own)
      if (status === "Failed" || status === "Terminated") wrong.push(`The workflow ${id} is ${status}: ${output}`);
  }
  return wrong;
};
