import type { OrderView } from "../../../contracts/order.ts";

/** How long somebody waits, by the two thresholds of the store: green, amber, red; and in words, for those who do not tell them apart. */
export type AgeClass = "fresh" | "aging" | "late";

/** The time left is shown once it is less than this. */
const expiryShownBelow = 3 * 60_000;

/** @param age in ms; `ages` the thresholds in minutes */
export function ageClass(age: number, ages: { aging: number; late: number }): AgeClass {
  if (age >= ages.late * 60_000) return "late";
  return age >= ages.aging * 60_000 ? "aging" : "fresh";
}

/** Since when the customer waits for the present step: for the cup to be fetched when it is ready, for the drink before (ms). */
export function waitingSince(order: OrderView): number {
  const since = order.state === "ready" ? order.readyAt : (order.submittedAt ?? order.queuedAt);
  return Date.parse(since ?? order.createdAt);
}

/** Milliseconds until the order expires, once that is near; undefined before, and for orders that do not expire. */
export function expiresIn(order: OrderView, now: number): number | undefined {
  if (order.deadline === undefined) return undefined;
  const left = Date.parse(order.deadline) - now;
  return left < expiryShownBelow ? Math.max(0, left) : undefined;
}
