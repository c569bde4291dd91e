/** All states of an order. This file imports no library, since screens load it. */
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

/** States in which an order holds a place in the queue. */
export const activeStates = ["choosing", "submitted", "queued", "making"] as const satisfies OrderState[];

/** Final states. Only a recall can change them, for a limited time: from `collected`, and from `cancelled` if the bar cancelled. */
export const finalStates = [
  "refused",
  "collected",
  "uncollected",
  "cancelled",
  "expired",
] as const satisfies OrderState[];

/** Whether an order in this state holds a place in the queue. */
export function isActive(state: OrderState): boolean {
  return (activeStates as readonly OrderState[]).includes(state);
}

/** Whether this state is final, apart from a recall. */
export function isFinal(state: OrderState): boolean {
  return (finalStates as readonly OrderState[]).includes(state);
}

/** Whether an order in this state counts towards the customer's daily limit. Orders that were refused, cancelled or expired do not. */
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
/** For how many minutes after it entered its state an order can be recalled. */
export const recallMinutes = 10;
/** The default number of minutes after which the customer of a ready order is called again. */
export const usualNotFetchedMinutes = 10;

/** The default number of minutes after which a ticket at the bar is aging, and after which it is late. */
const usualAges = { aging: 2, late: 5 };
/** After how many minutes a ticket is aging and late in this store. */
export function agesOf(store: {
  agingMinutes?: number | undefined;
  lateMinutes?: number | undefined;
}): typeof usualAges {
  return { aging: store.agingMinutes ?? usualAges.aging, late: store.lateMinutes ?? usualAges.late };
}

/** Why an order was not admitted. */
export const refusalReasons = ["closed", "full", "limit", "unknown-store"] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** Why a scan was refused before it began an order: the problem code of the reply. */
export const scanRefusals = [
  "code-exhausted",
  "code-over",
  "code-unknown",
  "store-closed",
  "store-paused",
  "too-many-requests",
] as const;
export type ScanRefusal = (typeof scanRefusals)[number];

/** The common reasons for a cancellation by a barista; free text is possible too. */
export const cancelReasons = ["out-of-stock", "machine-down", "closing", "mistake", "made-twice"] as const;
export type CancelReason = (typeof cancelReasons)[number];

/** The common reasons for a pause; free text is possible too. */
export const pauseReasons = ["busy", "machine", "supplies", "break"] as const;
export type PauseReason = (typeof pauseReasons)[number];

/** Who did not act in time. */
export const expiryReasons = ["customer", "barista"] as const;
export type ExpiryReason = (typeof expiryReasons)[number];
