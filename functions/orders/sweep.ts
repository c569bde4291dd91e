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

/** How many orders one run handles. The rest follows in the next minute. */
const most = 200;
/** How long ago (ms, from and to) an order must have become ready or ended for its orchestration to be notified again. The range covers two runs. */
const toldAgain = { from: 150_000, to: 30_000 };

/**
 * Repairs what lost events have left behind: it raises external events again that an orchestration should have acted on, restarts an orchestration
 * that does not exist, and expires overdue orders. It also calls the customer of a ready order that nobody fetches, and gives that order up when its
 * business day is over. All this is idempotent.
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

/** The orders of all stores that an orchestration may have lost. One query without sorting, so that it costs little if there are none. */
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
    // Most ready orders are found only because they have just become ready. They need no further read.
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

/** Makes sure that the orchestration learns of the order's end. If the order has no number, the orchestration still has to return the scan. */
function finish(client: DurableClient, order: Order, context: InvocationContext): Promise<void> {
  return order.number === undefined ? resume(client, order, context) : tellWorkflow(client, order);
}

/** Raises the order's state as an external event. An orchestration that does not exist is ignored. */
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
