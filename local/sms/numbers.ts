import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
/** Loaded when the first number is checked, because most starts check none. */
let library: typeof import("libphonenumber-js/min") | undefined;

function isPossible(text: string): boolean {
  library ??= require("libphonenumber-js/min") as typeof import("libphonenumber-js/min");
  return library.isPossiblePhoneNumber(text);
}

/**
 * Whether a text is a possible phone number in E.164: a plus, an existing country code, and as many digits as numbers of
 * that country have (11 in all with +1), never more than 15. Whether the number is assigned is not checked.
 */
export const isPhoneNumber = (text: string) => /^\+[1-9]\d{1,14}$/.test(text) && isPossible(text);

const isShortCode = (text: string) => /^\d{5,6}$/.test(text);

/** Whether a text is a valid sender: a number, a short code, or an alphanumeric sender id. */
export const isSender = (text: string) =>
  isPhoneNumber(text) || isShortCode(text) || /^(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}$/.test(text);

/** Whether a sender can receive messages: a number or a short code can, a name cannot. */
export const isReachable = (sender: string) => isPhoneNumber(sender) || isShortCode(sender);

/** The kind of a sender, by who handles its opt-outs: the network for toll-free numbers, the service for short codes, nobody for others. */
export function kindOf(sender: string): "toll-free" | "short code" | "other" {
  if (isShortCode(sender)) return "short code";
  return /^\+18(00|33|44|55|66|77|88)\d{7}$/.test(sender) ? "toll-free" : "other";
}
