import type { InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { over } from "../platform/workflow-client.ts";

/**
 * So long, in ms, after its end a workflow's history is kept: longer than Event Grid goes on delivering the scan that began it (one day), for a workflow
 * that is gone would be started again.
 */
const keptFor = 7 * 24 * 60 * 60_000;
/** A run looks this far back beyond that, in ms; what an outage of that length left behind has its turn too. */
const lookBack = 30 * 24 * 60 * 60_000;

/** Removes the histories of workflows that ended long ago: Durable Functions keeps them for ever, and storage is paid by the month. */
export async function forgetWorkflows(client: DurableClient, context: Pick<InvocationContext, "log">): Promise<void> {
  const now = Date.now();
  const { instancesDeleted } = await client.purgeInstanceHistoryBy({
    createdTimeFrom: new Date(now - keptFor - lookBack),
    createdTimeTo: new Date(now - keptFor),
    runtimeStatus: over,
  });
  if (instancesDeleted > 0) context.log(`Forgot ${instancesDeleted} workflows that are over.`);
}
