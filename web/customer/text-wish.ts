import { keep, kept } from "../lib/browser.ts";

const key = "crema.text";

/** Whether a text was asked for here about an order. */
export const wishesText = (orderId: string): boolean => kept(key) === orderId;

/** Remembers in this browser that a text was asked for about an order, in place of any other. */
export function keepWish(orderId: string): void {
  keep(key, orderId);
}

/** No text is asked for any more, about whatever order. */
export function forgetWish(): void {
  keep(key, undefined);
}
