import type { InvocationContext } from "@azure/functions";
import { type DurableClient, OrchestrationRuntimeStatus } from "durable-functions";
import { isActive } from "../../contracts/order-states.ts";
import { orderEvent, orderWorkflow, workflowIdOf } from "../../contracts/workflow.ts";
import { container } from "../platform/clients.ts";
import { within } from "../platform/order-trace.ts";
import { over, statusOf, tell } from "../platform/workflow-client.ts";
import type { Order } from "./order.ts";
import { byClock, expire, isDue } from "./steps.ts";
import { forgottenAfter, numberedWithin, signalOf, startOf } from "./workflow.ts";

/** So many orders are looked at in one run; the rest has its turn in the next minute. */
const most = 200;
/** A workflow whose order has left its hands is told again while that is between these many ms ago: in two runs. */
const toldAgain = { from: 150_000, to: 30_000 };

/**
 * The workflow does not trust events alone, and neither do we: raises again what a workflow should have acted on, starts one anew
 * that is gone, and ends orders that nobody ended. It calls the customer of an order that nobody fetches, and gives that up when its day is over. Everything it does is safe to do once too often.
 */
export async function sweep(client: DurableClient, context: InvocationContext): Promise<void> {
  for (const order of await suspects(Date.now())) {
    await within(order.start.traceparent, async () => {
      try {
        await help(client, order, context);
      } catch (error) {
        context.error(`The sweep could not help order ${order.id}`, error);
      }
    });
  }
}

/** Orders of all stores that a workflow may have lost. One query that filters only, so that it costs little where there are none. */
async function suspects(now: number): Promise<Order[]> {
  const ago = (ms: number) => new Date(now - ms).toISOString();
  const query = `SELECT * FROM c WHERE c.kind = 'order' AND (
    (c.state IN ('choosing', 'submitted', 'queued', 'making') AND c.deadline < @forgotten)
    OR (c.state = 'submitted' AND c.changedAt < @unnumbered)
    OR (c.state = 'ready' AND (c.callAt < @now OR c.waitsUntil < @now OR (NOT IS_DEFINED(c.waitsUntil) AND c.readyAt < @yesterday)))
    OR (c.state IN ('refused', 'ready', 'collected', 'uncollected', 'cancelled', 'expired') AND c.changedAt >= @from AND c.changedAt < @to))`;
  const parameters = [
    { name: "@now", value: ago(0) },
    { name: "@yesterday", value: ago(24 * 60 * 60_000) },
    { name: "@forgotten", value: ago(forgottenAfter) },
    { name: "@unnumbered", value: ago(numberedWithin) },
    { name: "@from", value: ago(toldAgain.from) },
    { name: "@to", value: ago(toldAgain.to) },
  ];
  const pages = (await container("orders")).items.query<Order>({ query, parameters }, { maxItemCount: most });
  const found: Order[] = [];
  while (pages.hasMoreResults() && found.length < most) found.push(...(await pages.fetchNext()).resources);
  return found;
}

async function help(client: DurableClient, order: Order, context: InvocationContext): Promise<void> {
  const { id: orderId, storeId, deadline, state } = order;
  if (state === "ready") {
    // Most that are ready were found because they became so a moment ago, and need no reading anew.
    const due = (["give-up", "call"] as const).find((command) => isDue(command, order, Date.now()));
    if (due) await byClock(due, { storeId, orderId });
  }
  if (!isActive(state)) return await finish(client, order, context);
  if (deadline !== undefined && Date.parse(deadline) < Date.now() - forgottenAfter) {
    const now = await expire({ storeId, orderId });
    context.warn(`Past its deadline and still ${state}: order ${orderId}; it is ${now.state} now.`);
    return await finish(client, { ...order, ...now }, context);
  }
  await resume(client, order, context);
}

/** Sees to it that the workflow learns of the end. Who ended without a number has a scan to give back, which is its workflow's last work. */
function finish(client: DurableClient, order: Order, context: InvocationContext): Promise<void> {
  return order.number === undefined ? resume(client, order, context) : tellWorkflow(client, order);
}

/** Raises the order's state. A workflow that does not exist has nothing to wait for. */
async function tellWorkflow(client: DurableClient, order: Order): Promise<void> {
  await tell(client, workflowIdOf(order), orderEvent, signalOf(order));
}

async function resume(client: DurableClient, order: Order, context: InvocationContext): Promise<void> {
  const instanceId = workflowIdOf(order);
  const status = await statusOf(client, instanceId);
  if (status !== undefined && !over.includes(status)) return await tellWorkflow(client, order);
  if (status === OrchestrationRuntimeStatus.Completed && !isActive(order.state)) return;
  context.warn(`The workflow of order ${order.id} is ${status ?? "gone"}; it is started anew.`);
  await client.startNew(orderWorkflow, { instanceId, input: startOf(order) });
}
