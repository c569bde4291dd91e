import type { IncomingMessage, ServerResponse } from "node:http";
import type { Core } from "./core.ts";
import type { Entities } from "./entities.ts";
import type { Query } from "./http-query.ts";
import type { Operations } from "./operations.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Hub, UrlBase } from "./urls.ts";

/** What the handlers of the management API have at hand. */
export interface Api extends Hub {
  readonly core: Core;
  readonly operations: Operations;
  readonly scheduler: Scheduler;
  readonly entities: Entities;
  /** Of all addresses that it gives out. */
  readonly addressQuery: string;
}

/** One request of the management API. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly query: Query;
  readonly headers: IncomingMessage["headers"];
  /** The path below the API's own, unescaped. */
  readonly segments: readonly string[];
  readonly body: string;
  readonly base: UrlBase;
  readonly response: ServerResponse;
  /** Ends the accounting of the request as work: what is left is waiting. */
  settled(): void;
}

/** Whether the body says that it is JSON. */
export const saysJson = ({ headers }: Call): boolean =>
  headers["content-type"]?.split(";")[0]?.trim().toLowerCase() === "application/json";
