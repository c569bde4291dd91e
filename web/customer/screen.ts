import type { OrderView } from "../../contracts/order.ts";
import { isActive, isFinal } from "../../contracts/order-states.ts";

/** What a customer's phone can show. */
export type Screen =
  | "loading"
  | "failed"
  | "sign-in"
  | "orders"
  | "checking"
  | "admitting"
  | "slow"
  | "scan-problem"
  | "full"
  | "closed"
  | "scan"
  | "type"
  | "choosing"
  | "ticket"
  | "ended";

/** What decides it. */
export interface Facts {
  /** Whether store and menu are there, and the customer's orders if somebody is signed in. */
  loaded: boolean;
  /** Whether the last try to fetch them failed. */
  failed: boolean;
  signedIn: boolean;
  open: boolean;
  /** Whether every place in the queue is taken. */
  full: boolean;
  /** A code that was scanned and not used yet. */
  hasCode: boolean;
  wantsSignIn: boolean;
  /** Somebody was signed in, and is not any more. */
  expired: boolean;
  wantsOrders: boolean;
  /** The code is being typed. */
  typing: boolean;
  scanning: boolean;
  scanProblem: boolean;
  /** The order that a scan has begun, not admitted yet. */
  admitting: boolean;
  slow: boolean;
  order: OrderView | undefined;
}

/** The one screen that these facts call for. */
export function screenFor(facts: Facts): Screen {
  if (!facts.loaded) return facts.failed ? "failed" : "loading";
  if (!facts.signedIn) {
    if (facts.wantsSignIn) return "sign-in";
    // Bad news comes before the phone number is asked for.
    if (facts.scanProblem) return "scan-problem";
    if (facts.expired && !facts.hasCode) return "sign-in";
    if (!facts.open) return "closed";
    if (!facts.hasCode) return facts.typing ? "type" : "scan";
    if (facts.scanning) return "checking";
    return facts.full ? "full" : "sign-in";
  }
  if (facts.wantsOrders) return "orders";
  if (facts.scanProblem) return "scan-problem";
  if (facts.scanning) return "checking";
  if (facts.admitting) return facts.slow ? "slow" : "admitting";
  if (facts.order !== undefined) {
    if (facts.order.state === "choosing") return "choosing";
    return isFinal(facts.order.state) ? "ended" : "ticket";
  }
  if (facts.hasCode) return "checking";
  if (!facts.open) return "closed";
  return facts.typing ? "type" : "scan";
}

const readyFor = 60 * 60_000;

/**
 * The order that somebody who opens the page most likely wants to see: the newest that is going on, or that became
 * ready within the last hour (a barista may have forgotten to mark an older one as collected).
 */
export function openOrder(orders: Iterable<OrderView>, now: number): OrderView | undefined {
  let best: OrderView | undefined;
  for (const order of orders) {
    const ready = order.state === "ready" && now - Date.parse(order.readyAt ?? order.createdAt) < readyFor;
    if (!isActive(order.state) && !ready) continue;
    if (best === undefined || order.createdAt > best.createdAt) best = order;
  }
  return best;
}
