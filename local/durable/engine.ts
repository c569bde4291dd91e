import type { IncomingMessage, ServerResponse } from "node:http";
import type { DurableFunctions } from "./functions.ts";

/** The durable engine, as the functions host uses it. */
export interface DurableEngine {
  readonly hubName: string;
  /** The system key `durabletask_extension`, which the webhooks require. */
  readonly systemKey: string;
  /** Starts work, and continues what was in progress when the process last ended. Called once the application has loaded. */
  attach(functions: DurableFunctions): Promise<void>;
  /** Starts no further work; work in progress may complete. */
  detach(): Promise<void>;
  /**
   * The JSON text of a `durableClient` input binding; `origin` is the functions host's own, such as `http://127.0.0.1:7071`. @throws Error if it
   * names another hub or storage.
   */
  clientBinding(origin: string, options?: { taskHub?: string; connectionName?: string }): string;
  /** Handles a request under `/runtime/webhooks/durabletask/`; returns false for another path. */
  handle(request: IncomingMessage, response: ServerResponse, options?: HandleOptions): Promise<boolean>;
}

export interface HandleOptions {
  /** Whether the host has already checked the request's key; otherwise the webhooks require the system key. */
  authorized?: boolean;
}
