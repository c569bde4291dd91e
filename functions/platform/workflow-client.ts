import type { InvocationContext } from "@azure/functions";
import { type DurableClient, getClient, OrchestrationRuntimeStatus } from "durable-functions";

/** The status of an orchestration that has ended. */
export const over: OrchestrationRuntimeStatus[] = [
  OrchestrationRuntimeStatus.Completed,
  OrchestrationRuntimeStatus.Failed,
  OrchestrationRuntimeStatus.Terminated,
];

/** The client with which an extension starts its orchestrations and raises events in them. */
export class Workflows {
  readonly #client: DurableClient;

  /** @param context of an invocation that has the client among its inputs */
  constructor(context: InvocationContext) {
    this.#client = getClient(context);
  }

  /** Starts an orchestration unless one with this id exists, running or ended. */
  startOnce(orchestration: string, instanceId: string, input: unknown): Promise<void> {
    return startOnce(this.#client, orchestration, instanceId, input);
  }

  /** Raises an external event; does nothing if the orchestration does not exist or has ended. The event may come late, twice or never, so do not rely on it alone. */
  async tell(instanceId: string, event: string, payload: unknown): Promise<void> {
    await tell(this.#client, instanceId, event, payload);
  }
}

/**
 * Starts an orchestration unless one with this id exists, running or ended. Starting an ended one would run it again, which a duplicate event must not do.
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
    // Two concurrent deliveries: the other one was first.
    if ((await statusOf(client, instanceId)) === undefined) throw error;
  }
}

/**
 * Raises an external event. An orchestration that has ended ignores it: the response is 410, which the client does not treat as an error.
 * @returns false if no orchestration has this id
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
    // An orchestration that is just ending can answer 500 (seen on Azure's host). It does not need the event any more.
    const status = await statusOf(client, instanceId);
    if (status !== undefined && !over.includes(status)) throw error;
    return status !== undefined;
  }
}

/** The status of an orchestration; `undefined` if none has this id. */
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

/** The client distinguishes an unknown instance from other failures only by the error's text. */
function isUnknown(error: unknown): boolean {
  return error instanceof Error && /HTTP 404|No instance with ID/.test(error.message);
}
