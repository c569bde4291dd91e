import { kindOf } from "./numbers.ts";

/** The effect of a message from a phone: an opt-out or opt-in, and an automatic answer of the network or the service. */
export interface Heard {
  optedOut?: boolean;
  answer?: string;
}

/** Word for word as documented, except HELP at a short code, whose answer the owner chooses on Azure. */
const answers = {
  tollFreeStop:
    'NETWORK MSG: You replied with the word "stop" which blocks all texts sent from this number. Text back "unstop" to receive messages again.',
  tollFreeStart: 'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this number.',
  shortCodeStop: "You have successfully been unsubscribed to messages from this number. Reply START to resubscribe",
  shortCodeStart: "You have successfully been re-subscribed to messages from this number. Reply STOP to unsubscribe.",
  shortCodeHelp: "Reply STOP to unsubscribe.",
};

const shortCodeStops = new Set(["STOP", "QUIT", "END", "REVOKE", "OPT OUT", "CANCEL", "UNSUBSCRIBE"]);
const starts = new Set(["START", "UNSTOP"]);

/**
 * The effect of a message to a sender. Numbers that are neither toll-free nor short codes only receive it, and the application decides.
 * Source: "SMS FAQ" of Communication Services, how opt-outs are handled for toll-free numbers and short codes.
 */
export function hear(sender: string, message: string): Heard {
  const word = message.trim().toUpperCase();
  const kind = kindOf(sender);
  if (kind === "toll-free") {
    if (word === "STOP") return { optedOut: true, answer: answers.tollFreeStop };
    if (starts.has(word)) return { optedOut: false, answer: answers.tollFreeStart };
  }
  if (kind === "short code") {
    if (shortCodeStops.has(word)) return { optedOut: true, answer: answers.shortCodeStop };
    if (starts.has(word)) return { optedOut: false, answer: answers.shortCodeStart };
    if (word === "HELP") return { answer: answers.shortCodeHelp };
  }
  return {};
}
