import { keep, kept } from "../lib/browser.ts";

const key = "crema.text";

/** Whether a text message was requested in this browser for an order. */
export const wishesText = (orderId: string): boolean => kept(key) === orderId;

/** Remembers in this browser that a text message was requested for an order, in place of any other. */
export function keepWish(orderId: string): void {
  keep(key, orderId);
}

/** Forgets the requested text message, for whichever order. */
export function forgetWish(): void {
  keep(key, undefined);
}
