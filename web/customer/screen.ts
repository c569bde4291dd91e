import type { OrderView } from "../../contracts/order.ts";
import { isActive, isFinal } from "../../contracts/order-states.ts";

/** The screens of the customer's app. */
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

/** The facts that determine the screen. */
export interface Facts {
  /** Whether the store and menu are loaded, and the customer's orders if somebody is signed in. */
  loaded: boolean;
  /** Whether the last attempt to load them failed. */
  failed: boolean;
  signedIn: boolean;
  open: boolean;
  /** Whether every place in the queue is taken. */
  full: boolean;
  /** A scanned code that was not used yet. */
  hasCode: boolean;
  wantsSignIn: boolean;
  /** The session has ended by itself. */
  expired: boolean;
  wantsOrders: boolean;
  /** The customer is typing the code. */
  typing: boolean;
  scanning: boolean;
  scanProblem: boolean;
  /** A scan has started the order, but it is not admitted yet. */
  admitting: boolean;
  slow: boolean;
  order: OrderView | undefined;
}

/** The screen for these facts. */
export function screenFor(facts: Facts): Screen {
  if (!facts.loaded) return facts.failed ? "failed" : "loading";
  if (!facts.signedIn) {
    if (facts.wantsSignIn) return "sign-in";
    // Show bad news before asking for the phone number.
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
 * The order that a customer who opens the page most likely wants to see: the newest that is open, or that became ready within the last hour (a
 * barista may have forgotten to mark an older one as collected).
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
