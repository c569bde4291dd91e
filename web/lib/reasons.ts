import type { CatalogPage } from "../../contracts/catalog.ts";
import type { OrderView } from "../../contracts/order.ts";
import { type CancelReason, cancelReasons, type PauseReason, pauseReasons } from "../../contracts/order-states.ts";
import { reasons as words } from "./strings/reasons.ts";

/** Why the bar cancelled an order: a predefined reason in the reader's language, any other as it was written. */
export function cancelReasonOf(end: OrderView["end"]): string | undefined {
  return (end?.why && words.cancel[end.why]) ?? end?.note;
}

/** Why a store is paused, in the same way. */
export function pauseReasonOf(store: Pick<CatalogPage["store"], "pauseReason" | "pauseWhy">): string | undefined {
  return (store.pauseWhy && words.pause[store.pauseWhy]) ?? store.pauseReason;
}

/** The predefined reason that a chosen or typed text stands for, if any: others read it in their language, and figures count it. */
export function cancelReasonIn(text: string): CancelReason | undefined {
  return cancelReasons.find((reason) => words.cancel[reason] === text);
}

/** The same for the reasons for a pause. */
export function pauseReasonIn(text: string): PauseReason | undefined {
  return pauseReasons.find((reason) => words.pause[reason] === text);
}
