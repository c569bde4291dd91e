import type { IncomingMessage, ServerResponse } from "node:http";
import type { Core } from "./core.ts";
import type { Entities } from "./entities.ts";
import type { Query } from "./http-query.ts";
import type { Operations } from "./operations.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Hub, UrlBase } from "./urls.ts";

/** What the handlers of the management API work with. */
export interface Api extends Hub {
  readonly core: Core;
  readonly operations: Operations;
  readonly scheduler: Scheduler;
  readonly entities: Entities;
  /** The query of all addresses that it returns. */
  readonly addressQuery: string;
}

/** One request of the management API. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly query: Query;
  readonly headers: IncomingMessage["headers"];
  /** The path relative to the API's own, unescaped. */
  readonly segments: readonly string[];
  readonly body: string;
  readonly base: UrlBase;
  readonly response: ServerResponse;
  /** Stops counting the request as work: from then on it only waits. */
  settled(): void;
}

/** Whether the content type of the body is JSON. */
export const saysJson = ({ headers }: Call): boolean =>
  headers["content-type"]?.split(";")[0]?.trim().toLowerCase() === "application/json";
