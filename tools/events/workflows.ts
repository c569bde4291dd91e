import {
  type OrderResumption,
  type OrderSignal,
  type OrderStart,
  orderEvent,
  orderWorkflow,
} from "../../contracts/workflow.ts";
import type { Workflows } from "./stand.ts";

/** A workflow's status, as in the management API of Durable Functions. */
export interface WorkflowStatus {
  runtimeStatus: string;
  createdTime: string;
  lastUpdatedTime: string;
  output: unknown;
}

const path = "/runtime/webhooks/durabletask";

/** The management API of Durable Functions: the same here and on Azure. @see https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api */
export function workflowsApi({ origin, key }: Workflows) {
  const call = async (method: string, address: string, body?: unknown) => {
    const headers = { "x-functions-key": key, ...(body !== undefined && { "content-type": "application/json" }) };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    return fetch(new URL(`${path}/${address}`, origin), init);
  };
  /** @param late the status for a request that came second, because the sweep or somebody else was faster: that is fine too */
  const accepted = async (what: string, late: number, response: Response) => {
    const text = await response.text();
    if (!response.ok && response.status !== late)
      throw new Error(`${what} was answered ${response.status}: ${text || "without a word"}`);
  };
  return {
    /** `undefined` for one that is unknown, or not known any more. */
    async status(instanceId: string): Promise<WorkflowStatus | undefined> {
      const response = await call("GET", `instances/${instanceId}?showInput=false`);
      if (response.status === 404) return void (await response.arrayBuffer());
      if (!response.ok)
        throw new Error(`The state of the workflow was answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as WorkflowStatus;
    },
    // A running workflow cannot be started (409), and an ended one needs no event (410).
    start: async (instanceId: string, input: OrderStart | OrderResumption) =>
      accepted(
        "The start of the workflow",
        409,
        await call("POST", `orchestrators/${orderWorkflow}/${instanceId}`, input),
      ),
    raise: async (instanceId: string, signal: OrderSignal) =>
      accepted(
        "The word to the workflow",
        410,
        await call("POST", `instances/${instanceId}/raiseEvent/${orderEvent}`, signal),
      ),
    resume: async (instanceId: string) =>
      accepted("The word to go on", 410, await call("POST", `instances/${instanceId}/resume?reason=repair`)),
  };
}
