import type { InvocationContext } from "@azure/functions";
import type { DurableClient } from "durable-functions";
import { over } from "../platform/workflow-client.ts";

/**
 * How long the history of an orchestration is kept after its end, in ms. It must be longer than Event Grid delivers the scan that began it (one day),
 * since a late delivery would start a purged orchestration again.
 */
const keptFor = 7 * 24 * 60 * 60_000;
/** How much further back a run looks, in ms, so that it also finds what an outage of that length left behind. */
const lookBack = 30 * 24 * 60 * 60_000;

/** Purges the histories of orchestrations that ended long ago. Durable Functions keeps them for ever, and storage is paid by the month. */
export async function forgetWorkflows(client: DurableClient, context: Pick<InvocationContext, "log">): Promise<void> {
  const now = Date.now();
  const { instancesDeleted } = await client.purgeInstanceHistoryBy({
    createdTimeFrom: new Date(now - keptFor - lookBack),
    createdTimeTo: new Date(now - keptFor),
    runtimeStatus: over,
  });
  if (instancesDeleted > 0) context.log(`Forgot ${instancesDeleted} workflows that are over.`);
}
