import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
/** Loaded with the first number that is asked about: most starts ask about none. */
let library: typeof import("libphonenumber-js/min") | undefined;

function isPossible(text: string): boolean {
  library ??= require("libphonenumber-js/min") as typeof import("libphonenumber-js/min");
  return library.isPossiblePhoneNumber(text);
}

/**
 * Whether a text is a number in E.164 that a phone can have: a plus, the code of a country that there is, and as many digits as numbers of
 * that country have (11 in all with +1), never more than 15. Whether the number was ever given to anybody is not asked.
 */
export const isPhoneNumber = (text: string) => /^\+[1-9]\d{1,14}$/.test(text) && isPossible(text);

const isShortCode = (text: string) => /^\d{5,6}$/.test(text);

/** Whether a text may send: a number, a short code, or a name of letters and digits. */
export const isSender = (text: string) =>
  isPhoneNumber(text) || isShortCode(text) || /^(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}$/.test(text);

/** Whether a phone can write to a sender: to a number or a short code, not to a name. */
export const isReachable = (sender: string) => isPhoneNumber(sender) || isShortCode(sender);

/** What a sender is for those who see to opt-outs: the network for toll-free numbers, the service for short codes, nobody for others. */
export function kindOf(sender: string): "toll-free" | "short code" | "other" {
  if (isShortCode(sender)) return "short code";
  return /^\+18(00|33|44|55|66|77|88)\d{7}$/.test(sender) ? "toll-free" : "other";
}
