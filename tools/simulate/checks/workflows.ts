import { isActive } from "../../../contracts/order-states.ts";
import type { Fair } from "../fair.ts";
import type { Check, Look } from "./look.ts";

/** No workflow runs for an ended order, and every open order has one, but for those that failed with the application's process: the sweep ends them. */
export const workflows: Check = ({ world, fair, orders }) => {
  const wrong: string[] = [];
  const instances = [...world.azure.durable.instances()];
  for (const order of orders) {
    const own = instances.filter(({ id }) => id.startsWith(order.id));
    const running = own.filter(isUnderWay);
    if (!isActive(order.state) && running.length > 0)
      wrong.push(`Order ${order.id} is ${order.state}, and its workflow still runs.`);
    const lost = running.length === 0 && own.some((one) => isOfExit(fair, one));
    if (isActive(order.state) && running.length !== 1 && !lost)
      wrong.push(`Order ${order.id} is ${order.state}, and ${running.length} workflows run for it.`);
  }
  return wrong;
};

/** Whether a workflow is pending or running. Pure. */
export const isUnderWay = ({ status }: { status: string }): boolean => status === "Running" || status === "Pending";

/** Why a workflow has ended that had a turn in a process that ended. */
export const exited = "node exited with code 1 (0x1)";

/** Whether a workflow was ended because the application's process ended. The extension takes its turn for one that did nothing. Pure. */
export const isOfExit = ({ troubles }: Fair, { status, output }: { status: string; output?: unknown }): boolean =>
  (status === "Failed" || status === "Terminated") &&
  troubles.some(({ does }) => does === "exit") &&
  (String(output).includes(exited) || String(output).includes("A previous execution of this orchestration scheduled"));

/** No workflow has failed, whether of an order or of an extension, unless the process ended. */
export const failed = ([first]: readonly Look[]): string[] =>
  [...(first?.world.azure.durable.instances() ?? [])]
    .filter((one) => one.status === "Failed" || one.status === "Terminated")
    .filter((one) => first === undefined || !isOfExit(first.fair, one))
    .map(({ id, name, status, output }) => `The workflow ${id} (${name}) is ${status}: ${output}`);
