import type { IncomingMessage, ServerResponse } from "node:http";
import type { DurableFunctions } from "./functions.ts";

/** The durable engine as the functions host sees it. */
export interface DurableEngine {
  readonly hubName: string;
  /** Opens the webhooks: the system key `durabletask_extension`. */
  readonly systemKey: string;
  /** Takes up work: what was under way when the process ended last goes on. Called once the application has loaded. */
  attach(functions: DurableFunctions): Promise<void>;
  /** Stops handing out work; what is under way is allowed to end. */
  detach(): Promise<void>;
  /** The JSON text of a `durableClient` input binding; `origin` is the functions host's own, such as `http://127.0.0.1:7071`. @throws Error when it names another hub or storage. */
  clientBinding(origin: string, options?: { taskHub?: string; connectionName?: string }): string;
  /** Answers a request under `/runtime/webhooks/durabletask/`; false when the path is another. */
  handle(request: IncomingMessage, response: ServerResponse, options?: HandleOptions): Promise<boolean>;
}

export interface HandleOptions {
  /** Whether the host has looked at the request's key already; otherwise the webhooks ask for the system key. */
  authorized?: boolean;
}
