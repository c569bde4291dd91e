import type { RuntimeStatus } from "../durable/index.ts";
import type { StackReady } from "./protocol.ts";

/** An instance as the Durable HTTP management API shows it. */
export interface Instance {
  id: string;
  name: string;
  status: RuntimeStatus;
  input: unknown;
  output: unknown;
  customStatus: unknown;
  /** ISO 8601, to the second. */
  created: string;
  updated: string;
}

/** An event of a history as the management API returns it. */
export interface HistoryEntry {
  EventType: string;
  Timestamp: string;
  [field: string]: unknown;
}

interface StatusBody {
  name: string;
  instanceId: string;
  runtimeStatus: RuntimeStatus;
  input: unknown;
  output: unknown;
  customStatus: unknown;
  createdTime: string;
  lastUpdatedTime: string;
  historyEvents?: HistoryEntry[];
}

/** A client of a stack's Durable HTTP management API. */
export class DurableApi {
  readonly #ready: StackReady;

  constructor(ready: StackReady) {
    this.#ready = ready;
  }

  /** Starts an orchestration and returns its id. @throws Error if there is no orchestrator of that name, or a running instance has the id */
  async start(orchestrator: string, input: unknown, id?: string): Promise<string> {
    const known = this.#ready.functions.filter(({ trigger }) => trigger === "orchestration").map(({ name }) => name);
    if (!known.some((name) => name.toLowerCase() === orchestrator.toLowerCase())) {
      const list = known.length === 0 ? "It has none." : `Its orchestrators: ${known.join(", ")}.`;
      throw new Error(`The application has no orchestrator "${orchestrator}". ${list}`);
    }
    const path = `orchestrators/${encodeURIComponent(orchestrator)}${id === undefined ? "" : `/${encodeURIComponent(id)}`}`;
    const response = await this.#post(path, input ?? null);
    return ((await response.json()) as { id: string }).id;
  }

  /** Sends an event to an instance; resolves once the event is stored. @throws Error if there is no such instance, or it has ended */
  async raise(id: string, event: string, data: unknown): Promise<void> {
    await this.#post(`instances/${encodeURIComponent(id)}/raiseEvent/${encodeURIComponent(event)}`, data ?? null);
  }

  /** Terminates, suspends or resumes. @throws Error if there is no such instance, it has ended, or it is already suspended (or, to resume, is not) */
  async control(id: string, operation: "terminate" | "suspend" | "resume", reason: string): Promise<void> {
    const path = `instances/${encodeURIComponent(id)}/${operation}`;
    await this.#post(path, undefined, { reason });
  }

  /** The state of an instance; `undefined` if there is no such instance. */
  async instance(id: string): Promise<Instance | undefined> {
    const body = await this.#status(id, {});
    if (body === undefined) return undefined;
    const { name, instanceId, runtimeStatus, input, output, customStatus, createdTime, lastUpdatedTime } = body;
    return {
      ...{ id: instanceId, name, status: runtimeStatus, input, output, customStatus },
      ...{ created: createdTime, updated: lastUpdatedTime },
    };
  }

  /** The history of the current generation; empty for an unknown instance. */
  async history(id: string): Promise<HistoryEntry[]> {
    return (await this.#status(id, { showHistory: "true", showHistoryOutput: "true" }))?.historyEvents ?? [];
  }

  /** An entity's state, or `undefined` if it has none. */
  async entity(name: string, key: string): Promise<unknown> {
    const response = await fetch(this.#url(`entities/${encodeURIComponent(name)}/${encodeURIComponent(key)}`));
    if (response.status === 404) return undefined;
    return (await accepted(response)).json();
  }

  async #status(id: string, query: Record<string, string>): Promise<StatusBody | undefined> {
    const response = await fetch(this.#url(`instances/${encodeURIComponent(id)}`, query));
    if (response.status === 404) return undefined;
    return (await accepted(response)).json() as Promise<StatusBody>;
  }

  async #post(path: string, body: unknown, query: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(this.#url(path, query), {
      method: "POST",
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    return accepted(response);
  }

  #url(path: string, query: Record<string, string> = {}): string {
    return `${this.#ready.durableUrl}/${path}?${new URLSearchParams({ ...query, code: this.#ready.durableKey })}`;
  }
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const { pathname } = new URL(response.url);
  const reason =
    response.status === 404 ? "there is no such instance" : response.status === 410 ? "the instance is over" : "";
  const said = reason || (await response.text());
  throw new Error(`${pathname} was answered ${response.status}${said === "" ? "" : `: ${said}`}.`);
}
