import type { InvocationContext } from "@azure/functions";
import { type DurableClient, OrchestrationRuntimeStatus } from "durable-functions";
import { type CremaEvent, parseEvent } from "../contracts/events.ts";
import { type OrderSignal, orderEvent, orderWorkflow } from "../contracts/workflow.ts";
import { startOfScan } from "./start-of-scan.ts";

/**
 * Takes an event of Event Grid to the workflow it concerns: a scan starts it, what happened to an order is raised in it.
 *
 * To throw is to let Event Grid try again. That is right for an order's event that comes before the scan's (nothing keeps their order), and also for
 * what is no event of ours: the trigger can only answer 202, which would lose it in silence, or 500, after which Event Grid
 * tries as often as the subscription says and then puts it into the dead letters, where someone can look at it.
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
  if (event.type === "crema.code.scanned.v1") return await start(event, client);
  if (!("order" in event.data)) {
    context.warn(`The subscription lets ${event.type} through, which concerns no workflow.`);
    return;
  }
  const { id, state, version, number } = event.data.order;
  const { traceparent } = event;
  const signal: OrderSignal = { state, version, numbered: number !== undefined, ...(traceparent && { traceparent }) };
  // A workflow that has ended answers 410, and the client takes that for an answer; an unknown one throws.
  try {
    await client.raiseEvent(id, orderEvent, signal);
  } catch (error) {
    // One that ends at that very moment can answer 500 (seen on Azure's host), and has no need of it any more.
    if (!(await isOver(id, client))) throw error;
  }
}

async function start(event: CremaEvent<"crema.code.scanned.v1">, client: DurableClient): Promise<void> {
  const { orderId } = event.data;
  // Starting over a workflow that has ended would run it again: an event told twice must not.
  if (await exists(orderId, client)) return;
  const input = startOfScan(event);
  try {
    await client.startNew(orderWorkflow, { instanceId: orderId, input });
  } catch (error) {
    // Two deliveries at once: the other one was faster.
    if (!(await exists(orderId, client))) throw error;
  }
}

const over: OrchestrationRuntimeStatus[] = [
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
];

/** Whether a workflow is there and has ended; no when that cannot be told. */
async function isOver(instanceId: string, client: DurableClient): Promise<boolean> {
  try {
    return over.includes((await client.getStatus(instanceId)).runtimeStatus);
  } catch {
    return false;
  }
}

async function exists(instanceId: string, client: DurableClient): Promise<boolean> {
  try {
    await client.getStatus(instanceId);
    return true;
  } catch (error) {
    // The client tells an unknown instance from other failures only by the text.
    if (error instanceof Error && error.message.includes("HTTP 404")) return false;
    throw error;
  }
}
