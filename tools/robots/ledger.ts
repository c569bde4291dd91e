import type { OrderState } from "../../contracts/order-states.ts";
import type { ProblemCode } from "../../contracts/problem.ts";
import { ApiError, NetworkError } from "../../web/lib/api.ts";
import { Stopped } from "./stopped.ts";

/** Answers that no robot gives a reason for: whoever gets one has found a fault, here or there. */
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

/** Of each kind so many times are kept, the first ones; and so many errors in words. */
const timesKept = 20_000;
const errorsKept = 20;

/** An order that a robot began, as its customer last knew it. */
export interface Begun {
  orderId: string;
  state?: OrderState;
  version?: number;
}

/** An SMS that somebody asked for, once their order is ready. */
export interface Wanted {
  orderId: string;
  phone: string;
  /** When the stand had put it down; ISO 8601. Missing while its answer is. */
  since?: string;
}

/** What happened to the robots, put down as it happens. */
export class Ledger {
  /** How visits ended that came to no order, by why. */
  readonly left = new Map<string, number>();
  /** By what was asked for and the problem's code. */
  readonly refused = new Map<string, number>();
  readonly errors: string[] = [];
  errorCount = 0;
  visits = 0;
  /** Orders that were asked for at the counter, whatever came of it. */
  placed = 0;
  /** What was tried on purpose, by what. */
  readonly pranks = new Map<string, number>();
  /** By order's id. */
  readonly orders = new Map<string, Begun>();
  readonly wanted: Wanted[] = [];
  /** In ms of the machine. */
  readonly times = new Map<string, number[]>();
  readonly answers = new Map<string, number[]>();

  /** Counts something once more. */
  add(counts: "left" | "refused" | "pranks", what: string): void {
    this[counts].set(what, (this[counts].get(what) ?? 0) + 1);
  }

  /** How long something took that people waited for, in ms of the machine. */
  time(what: string, took: number): void {
    put(this.times, what, took);
  }

  /** How long an answer took, in ms of the machine. @param what method and kind of path */
  answer(what: string, took: number): void {
    put(this.answers, what, took);
  }

  /** An order was begun; told again of it, nothing changes. */
  began(orderId: string): void {
    if (!this.orders.has(orderId)) this.orders.set(orderId, { orderId });
  }

  /** Hears each error as it happens. */
  onError: (words: string) => void = () => undefined;

  /** A fault, here or there, in words. All are counted, and the first ones kept. */
  error(words: string): void {
    this.errorCount++;
    this.onError(words);
    if (this.errors.length < errorsKept) this.errors.push(words);
  }

  /** Puts down what came in the way of `what`: a refusal, or an error. What stops the robots is neither. */
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
