import { CosmosError } from "./errors.ts";
import type { Operation } from "./http/route.ts";

export interface FaultyRequest {
  readonly operation: Operation;
  readonly database: string | undefined;
  readonly container: string | undefined;
  /** The item's id, if the address has one. */
  readonly id: string | undefined;
}

/**
 * The kind of fault: `throttle` is a 429, `unavailable` a 503, `gone` a 410 of a range that was split, `retry-with` a 449 of a write that met another one; `reset` closes the connection before
 * the request is processed; `reset-after` and `unavailable-after` process the request first.
 */
export type FaultKind =
  | "throttle"
  | "unavailable"
  | "gone"
  | "retry-with"
  | "reset"
  | "reset-after"
  | "unavailable-after";

export interface Fault {
  kind: FaultKind;
  /** How many requests fail; default 1. */
  times?: number;
  /** Which requests fail; default every request on items except those for a query plan. */
  matching?: (request: FaultyRequest) => boolean;
  /** Whether the fault also terminates the application's thread. */
  kills?: boolean;
  /** For `throttle`: the wait that the client is told, in milliseconds; default 1. */
  retryAfter?: number;
}

const onItems = (request: FaultyRequest): boolean =>
  ![
    "account",
    "databases",
    "containers",
    "users",
    "permissions",
    "offers",
    "ranges",
    "conflicts",
    "plan",
    "unknown",
  ].includes(request.operation);

/** Pending faults, in the order in which they were requested. */
export class Faults {
  readonly #faults: { fault: Fault; left: number }[] = [];

  /** Makes the next matching request (or `times` of them) fail. The returned function cancels the remaining ones. */
  next(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? 1 };
    this.#faults.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  /** The fault for this request, if any. This uses it up. */
  take(request: FaultyRequest): Fault | undefined {
    const found = this.#faults.find(({ fault, left }) => left > 0 && (fault.matching ?? onItems)(request));
    if (found === undefined) return undefined;
    found.left--;
    if (found.left === 0) this.#faults.splice(this.#faults.indexOf(found), 1);
    return found.fault;
  }
}

/** The error response of a fault; `reset` and `reset-after` have none. */
export function refusalOf({ kind, retryAfter = 1 }: Fault): CosmosError {
  if (kind === "throttle") {
    return new CosmosError(429, "Request rate is large (an injected fault).", {
      substatus: 3200,
      headers: { "x-ms-retry-after-ms": String(retryAfter) },
    });
  }
  if (kind === "gone")
    return new CosmosError(410, "The partition key range is gone (an injected fault).", { substatus: 1002 });
  if (kind === "retry-with")
    return new CosmosError(449, "Conflicting request to resource has been attempted. Retry to avoid conflicts.");
  return new CosmosError(503, "The service is unavailable (an injected fault).");
}
