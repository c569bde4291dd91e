/** Every state an order can be in. Free of any library, so that screens can use it at no cost. */
export const orderStates = [
  "refused",
  "choosing",
  "submitted",
  "queued",
  "making",
  "ready",
  "collected",
  "uncollected",
  "cancelled",
  "expired",
] as const;
export type OrderState = (typeof orderStates)[number];

/** States in which an order holds one of the queue's places. */
export const activeStates = ["choosing", "submitted", "queued", "making"] as const satisfies OrderState[];

/** States in which an order is over. A recall leads out of `collected`, and out of `cancelled` by the bar, for a while; nothing else does. */
export const finalStates = [
  "refused",
  "collected",
  "uncollected",
  "cancelled",
  "expired",
] as const satisfies OrderState[];

/** Whether an order in this state holds one of the queue's places. */
export function isActive(state: OrderState): boolean {
  return (activeStates as readonly OrderState[]).includes(state);
}

/** Whether an order in this state is over, but for a recall. */
export function isFinal(state: OrderState): boolean {
  return (finalStates as readonly OrderState[]).includes(state);
}

/** Whether an order in this state counts for the orders a customer may have in a day: those that came to nothing do not. */
export function countsForDay(state: OrderState): boolean {
  return state !== "refused" && state !== "cancelled" && state !== "expired";
}

/** Commands that people give over HTTP: `POST /api/stores/{storeId}/orders/{orderId}/{command}`. */
export const orderCommands = [
  "submit",
  "claim",
  "release",
  "ready",
  "collect",
  "cancel",
  "recall",
  "call",
  "give-up",
] as const;
export type OrderCommand = (typeof orderCommands)[number];

/** States that a recall takes an order back from. */
export const recalledFrom = ["ready", "collected", "cancelled"] as const satisfies OrderState[];
export type RecalledFrom = (typeof recalledFrom)[number];
/** So long after it became so, in minutes, an order can be recalled. */
export const recallMinutes = 10;
/** So long a ready order is waited for, in minutes, where the store does not say otherwise; then its customer is called once more. */
export const usualNotFetchedMinutes = 10;

/** From how many minutes on a ticket at the bar is getting old, and from how many it is late, where the store does not say otherwise. */
const usualAges = { aging: 2, late: 5 };
/** The same as a store has it. */
export function agesOf(store: {
  agingMinutes?: number | undefined;
  lateMinutes?: number | undefined;
}): typeof usualAges {
  return { aging: store.agingMinutes ?? usualAges.aging, late: store.lateMinutes ?? usualAges.late };
}

/** Why an order was not admitted. */
export const refusalReasons = ["closed", "full", "limit", "unknown-store"] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** Why a scan was refused before it could begin an order: the codes of the problems it was answered with. */
export const scanRefusals = [
  "code-exhausted",
  "code-over",
  "code-unknown",
  "store-closed",
  "store-paused",
  "too-many-requests",
] as const;
export type ScanRefusal = (typeof scanRefusals)[number];

/** What a barista can give as the reason of a cancellation, beside what they write. */
export const cancelReasons = ["out-of-stock", "machine-down", "closing", "mistake", "made-twice"] as const;
export type CancelReason = (typeof cancelReasons)[number];

/** What can be given as the reason of a pause, beside what somebody writes. */
export const pauseReasons = ["busy", "machine", "supplies", "break"] as const;
export type PauseReason = (typeof pauseReasons)[number];

/** Whose time ran out. */
export const expiryReasons = ["customer", "barista"] as const;
export type ExpiryReason = (typeof expiryReasons)[number];
