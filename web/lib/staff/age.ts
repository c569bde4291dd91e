import type { OrderView } from "../../../contracts/order.ts";

/**
 * How long somebody has been waiting, by the store's two thresholds: green, amber, red; and in words, for people who cannot tell these colours apart.
 */
export type AgeClass = "fresh" | "aging" | "late";

/** The remaining time is shown once it is less than this (ms). */
const expiryShownBelow = 3 * 60_000;

/** @param age in ms @param ages the thresholds in minutes */
export function ageClass(age: number, ages: { aging: number; late: number }): AgeClass {
  if (age >= ages.late * 60_000) return "late";
  return age >= ages.aging * 60_000 ? "aging" : "fresh";
}

/** Since when the customer has been waiting in the present step (ms): for ready orders, since they are ready; before, since they ordered. */
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
