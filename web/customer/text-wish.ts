import { keep, kept } from "../lib/browser.ts";

const key = "crema.text";

/** Whether a text was asked for here about an order. */
export const wishesText = (orderId: string): boolean => kept(key) === orderId;

export function keepWish(orderId: string): void {
  keep(key, orderId);
}

export function forgetWish(): void {
  keep(key, undefined);
}
