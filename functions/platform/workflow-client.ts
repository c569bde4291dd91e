import type { InvocationContext } from "@azure/functions";
import { type DurableClient, getClient, OrchestrationRuntimeStatus } from "durable-functions";

/** What a workflow is that has come to its end. */
export const over: OrchestrationRuntimeStatus[] = [
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
];

/** How an extension starts and tells its workflows. */
export class Workflows {
  readonly #client: DurableClient;

  /** @param context of an invocation that has the client among its inputs */
  constructor(context: InvocationContext) {
    this.#client = getClient(context);
  }

  /** Starts a workflow unless there is one of this id, at work or over. */
  startOnce(orchestration: string, instanceId: string, input: unknown): Promise<void> {
    return startOnce(this.#client, orchestration, instanceId, input);
  }

  /** Raises an event in a workflow; nothing where there is none, or it is over. It may come late, twice or never: a workflow does not trust it alone. */
  async tell(instanceId: string, event: string, payload: unknown): Promise<void> {
    await tell(this.#client, instanceId, event, payload);
  }
}

/**
 * Starts a workflow unless there is one of this id, at work or over: to start over one that has ended would run it again, and an event that is told twice
 * must not.
 */
export async function startOnce(
  client: DurableClient,
  orchestration: string,
  instanceId: string,
  input: unknown,
): Promise<void> {
  if ((await statusOf(client, instanceId)) !== undefined) return;
  try {
    await client.startNew(orchestration, { instanceId, input });
  } catch (error) {
    // Two deliveries at once: the other one was faster.
    if ((await statusOf(client, instanceId)) === undefined) throw error;
  }
}

/**
 * Raises an event in a workflow. One that has ended takes no notice: it answers 410, which the client takes for an answer.
 * @returns false when there is none of this id
 */
export async function tell(
  client: DurableClient,
  instanceId: string,
  event: string,
  payload: unknown,
): Promise<boolean> {
  try {
    await client.raiseEvent(instanceId, event, payload);
    return true;
  } catch (error) {
    if (isUnknown(error)) return false;
    // One that ends at that very moment can answer 500 (seen on Azure's host), and has no need of it any more.
    const status = await statusOf(client, instanceId);
    if (status !== undefined && !over.includes(status)) throw error;
    return status !== undefined;
  }
}

/** What a workflow is doing; undefined when there is none of this id. */
export async function statusOf(
  client: DurableClient,
  instanceId: string,
): Promise<OrchestrationRuntimeStatus | undefined> {
  try {
    return (await client.getStatus(instanceId)).runtimeStatus;
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
}

/** The client tells an unknown instance from other failures only by the text. */
function isUnknown(error: unknown): boolean {
  return error instanceof Error && /HTTP 404|No instance with ID/.test(error.message);
}
