import type { InvocationContext } from "@azure/functions";
import { type DurableClient, OrchestrationRuntimeStatus } from "durable-functions";
import type { CremaEvent } from "../../contracts/events.ts";
import { startOfScan } from "../../contracts/start-of-scan.ts";
import { orderWorkflow } from "../../contracts/workflow.ts";
import { container } from "../platform/clients.ts";
import { within } from "../platform/order-trace.ts";
import { over, startOnce, statusOf } from "../platform/workflow-client.ts";

type Scanned = CremaEvent<"crema.code.scanned.v1">;

/** How long ago (ms, from and to) a scan must have been, for its order's orchestration to be looked for. The range covers several runs. */
const lookedFor = { from: 10 * 60_000, to: 30_000 };

/**
 * Starts the orchestrations that recent scans should have started, or started in vain. Until an orchestration has admitted the order, nothing but the scan knows of it, and
 * only Event Grid brings the scan to it. On Azure an instance that is just starting can refuse that delivery: it does not know the key yet (401, after
 * which Event Grid may give up), or not the function (404, after which Event Grid waits for minutes).
 * @see https://github.com/Azure/azure-functions-host/issues/11834
 */
export async function startUnheard(client: DurableClient, context: InvocationContext): Promise<void> {
  for (const event of await recentScans(Date.now())) {
    await within(event.traceparent, async () => {
      try {
        await startUnlessKnown(client, event, context);
      } catch (error) {
        context.error(`The sweep could not start the workflow of order ${event.data.orderId}`, error);
      }
    });
  }
}

/** The scans of all stores in that range. The event of a customer who has been deleted since cannot start anything. */
async function recentScans(now: number): Promise<Scanned[]> {
  const query = `SELECT VALUE c.event FROM c WHERE c.kind = 'event' AND c.event.type = 'crema.code.scanned.v1'
    AND c.event.time >= @from AND c.event.time < @to AND NOT IS_DEFINED(c.erased)`;
  const ago = (ms: number) => new Date(now - ms).toISOString();
  const parameters = [
    { name: "@from", value: ago(lookedFor.from) },
    { name: "@to", value: ago(lookedFor.to) },
  ];
  const { resources } = await (await container("codes")).items.query<Scanned>({ query, parameters }).fetchAll();
  return resources;
}

/** Also starts an orchestration that failed, or was ended, again: it may not have admitted the order yet, and all that it did it can do twice. */
async function startUnlessKnown(client: DurableClient, event: Scanned, context: InvocationContext): Promise<void> {
  const { orderId } = event.data;
  const status = await statusOf(client, orderId);
  if (status === undefined) {
    context.warn(`The scan of order ${orderId} has reached no workflow; it is started by the sweep.`);
    await startOnce(client, orderWorkflow, orderId, startOfScan(event));
  } else if (over.includes(status) && status !== OrchestrationRuntimeStatus.Completed) {
    context.warn(`The workflow of the scan of order ${orderId} is ${status}; the sweep starts it again.`);
    await client.startNew(orderWorkflow, { instanceId: orderId, input: startOfScan(event) });
  }
}
