import { CosmosError } from "./errors.ts";
import type { Operation } from "./http/route.ts";

export interface FaultyRequest {
  readonly operation: Operation;
  readonly database: string | undefined;
  readonly container: string | undefined;
  /** The item's id, where the address names one. */
  readonly id: string | undefined;
}

/**
 * What goes wrong: `throttle` is a 429, `unavailable` a 503, `gone` a 410 of a range that was split; `reset` breaks the connection before
 * the request is looked at; `reset-after` and `unavailable-after` let the request take effect first.
 */
export type FaultKind = "throttle" | "unavailable" | "gone" | "reset" | "reset-after" | "unavailable-after";

export interface Fault {
  kind: FaultKind;
  /** How many requests it meets; default 1. */
  times?: number;
  /** Which requests it meets; default every request on items that is not for a query plan. */
  matching?: (request: FaultyRequest) => boolean;
  /** Whether the application's thread ends with it. */
  kills?: boolean;
  /** For `throttle`: milliseconds that the client is told to wait; default 1. */
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

/** Faults to come, in the order in which they were asked for. */
export class Faults {
  readonly #faults: { fault: Fault; left: number }[] = [];

  /** Makes the next matching request (or `times` of them) fail; the returned function takes the rest back. */
  next(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? 1 };
    this.#faults.push(entry);
    return () => {
      entry.left = 0;
    };
  }

  /** The fault that this request meets, if any; that uses it up. */
  take(request: FaultyRequest): Fault | undefined {
    const found = this.#faults.find(({ fault, left }) => left > 0 && (fault.matching ?? onItems)(request));
    if (found === undefined) return undefined;
    found.left--;
    if (found.left === 0) this.#faults.splice(this.#faults.indexOf(found), 1);
    return found.fault;
  }
}

/** The refusal of a fault that answers; `reset` and `reset-after` have none. */
export function refusalOf({ kind, retryAfter = 1 }: Fault): CosmosError {
  if (kind === "throttle") {
    return new CosmosError(429, "Request rate is large (an injected fault).", {
      substatus: 3200,
      headers: { "x-ms-retry-after-ms": String(retryAfter) },
    });
  }
  if (kind === "gone")
    return new CosmosError(410, "The partition key range is gone (an injected fault).", { substatus: 1002 });
  return new CosmosError(503, "The service is unavailable (an injected fault).");
}
