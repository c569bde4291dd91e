import type { InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { type CremaEvent, parseEvent } from "../contracts/events.ts";
import { isActive } from "../contracts/order-states.ts";
import { startOfScan } from "../contracts/start-of-scan.ts";
import {
  type OrderResumption,
  type OrderSignal,
  orderEvent,
  orderWorkflow,
  workflowIdOf,
} from "../contracts/workflow.ts";
import { startOnce, tell } from "../functions/platform/workflow-client.ts";

/**
 * Delivers an event from Event Grid to its orchestration. A scan, an order at the counter or a recall starts an orchestration; all other events of an
 * order are raised in it as an external event.
 *
 * If this function throws, Event Grid retries. That is right for an event of an order that arrives before the scan (Event Grid guarantees no order),
 * and for an invalid event: the trigger can answer either 202, which would lose the event silently, or 500. Then Event Grid retries as often as the
 * subscription says and dead-letters the event, where somebody can look at it.
 */
export async function deliver(value: unknown, client: DurableClient, context: InvocationContext): Promise<void> {
  const parsed = parseEvent(value);
  if ("problems" in parsed) {
    const text = parsed.problems.map(({ path, message }) => `${path} ${message}`).join("; ");
    throw new Error(`This is no event that a workflow can use, and will end as a dead letter: ${text}`);
  }
  const { event } = parsed;
  if (event.replay !== undefined) {
    context.warn(`Event ${event.id} is told again by ${event.replay}: no workflow is to hear of it.`);
    return;
  }
  if (event.type === "crema.code.scanned.v1")
    return await startOnce(client, orderWorkflow, event.data.orderId, startOfScan(event));
  if (event.type === "crema.order.recalled.v1") return await startFrom(event, client);
  if (event.type === "crema.order.submitted.v1" && event.data.order.counter) return await startFrom(event, client);
  if (!("order" in event.data)) {
    context.warn(`The subscription lets ${event.type} through, which concerns no workflow.`);
    return;
  }
  const { state, version, number } = event.data.order;
  const id = workflowIdOf(event.data.order);
  const { traceparent } = event;
  const signal: OrderSignal = { state, version, numbered: number !== undefined, ...(traceparent && { traceparent }) };
  if (await tell(client, id, orderEvent, signal)) return;
  throw new Error(`There is no workflow ${id} yet: it begins with another event, and ${event.type} is to come again.`);
}

/**
 * Starts an orchestration that skips the admission. An order at the counter needs one, which begins with its number. An order that is back at the bar
 * needs another one, since the first one has ended. An order that is ready again needs none.
 */
async function startFrom(
  event: CremaEvent<"crema.order.recalled.v1" | "crema.order.submitted.v1">,
  client: DurableClient,
): Promise<void> {
  const { order } = event.data;
  const { id: orderId, storeId, state, version, deadline, number } = order;
  if (!isActive(state)) return;
  const { traceparent } = event;
  const numbered = number !== undefined;
  const from = { state, version, ...(deadline !== undefined && { deadline }), ...(numbered && { numbered }) };
  const input: OrderResumption = { orderId, storeId, from, ...(traceparent && { traceparent }) };
  await startOnce(client, orderWorkflow, workflowIdOf(order), input);
}
