import type { OrderState } from "../../contracts/order-states.ts";
import type { ProblemCode } from "../../contracts/problem.ts";
import { ApiError, NetworkError } from "../../web/lib/api.ts";
import { Stopped } from "./stopped.ts";

/** Refusals that no robot should cause: each one means a defect, in the stand or in the robots. */
const faults: ReadonlySet<ProblemCode> = new Set([
  "bad-request",
  "too-large",
  "not-json",
  "not-signed-in",
  "forbidden",
  "not-found",
  "unknown-store",
  "bad-option",
  "wrong-code",
  "document-invalid",
  "internal",
]);

/** How many times of each kind, and how many error texts are kept: the first ones. */
const timesKept = 20_000;
const errorsKept = 20;

/** An order of a robot, as its customer last saw it. */
export interface Begun {
  orderId: string;
  state?: OrderState;
  version?: number;
}

/** A text message that a guest requested for when their order is ready. */
export interface Wanted {
  orderId: string;
  phone: string;
  /** When the stand recorded it; ISO 8601. Missing until the response. */
  since?: string;
}

/** The record of what happened to the robots. */
export class Ledger {
  /** Visits without an order, by reason. */
  readonly left = new Map<string, number>();
  /** Refusals, by request and problem code. */
  readonly refused = new Map<string, number>();
  readonly errors: string[] = [];
  errorCount = 0;
  visits = 0;
  /** Orders requested at the counter, whatever the outcome. */
  placed = 0;
  /** Deliberate mistakes, by kind. */
  readonly pranks = new Map<string, number>();
  /** By order id. */
  readonly orders = new Map<string, Begun>();
  readonly wanted: Wanted[] = [];
  /** In ms of the machine. */
  readonly times = new Map<string, number[]>();
  readonly answers = new Map<string, number[]>();

  /** Increments a counter. */
  add(counts: "left" | "refused" | "pranks", what: string): void {
    this[counts].set(what, (this[counts].get(what) ?? 0) + 1);
  }

  /** Records how long people waited for something, in ms of the machine. */
  time(what: string, took: number): void {
    put(this.times, what, took);
  }

  /** Records a response time, in ms of the machine. @param what method and kind of path */
  answer(what: string, took: number): void {
    put(this.answers, what, took);
  }

  /** Records a new order; does nothing if it is known. */
  began(orderId: string): void {
    if (!this.orders.has(orderId)) this.orders.set(orderId, { orderId });
  }

  /** Called with each error as it happens. */
  onError: (words: string) => void = () => undefined;

  /** Records a defect, in the stand or in the robots. All are counted, and the first ones kept. */
  error(words: string): void {
    this.errorCount++;
    this.onError(words);
    if (this.errors.length < errorsKept) this.errors.push(words);
  }

  /** Records why `what` failed: a refusal, or an error. Stopping the robots is neither. */
  trouble(what: string, error: unknown): void {
    if (error instanceof Stopped) return;
    if (error instanceof ApiError && !faults.has(error.problem.code)) {
      this.add("refused", `${what}: ${error.problem.code}`);
      return;
    }
    const words =
      error instanceof ApiError
        ? `${error.problem.status} ${error.problem.code}: ${error.problem.detail}`
        : error instanceof NetworkError
          ? `${error.message}${error.cause ? ` (${String(error.cause)})` : ""}`
          : String((error as Error)?.stack ?? error);
    this.error(`${what}: ${words}`);
  }
}

function put(times: Map<string, number[]>, what: string, took: number): void {
  const list = times.get(what) ?? [];
  if (list.length === 0) times.set(what, list);
  if (list.length < timesKept) list.push(took);
}
