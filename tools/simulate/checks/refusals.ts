import { isCalm } from "../fair.ts";
import type { Check } from "./look.ts";

/** Where nothing went wrong nobody met an error; and no trouble makes two orders of one wish. */
export const refusals: Check = ({ fair, day, played: { ledger, forgotten } }) => {
  // Who is sent away in the middle of something is told that it is for others now.
  const dismissed = day.deeds.some(({ does }) => does === "dismiss");
  // Who is a guest of two stands is signed out at both when they have themselves deleted at one, where a drink of theirs may be ready at the other.
  const signedOut = ["401 not-signed-in", "is gone from its customer's list"];
  const mayMeet = (words: string) =>
    (dismissed && words.includes("403 forbidden")) ||
    (forgotten.asked.size > 0 && signedOut.some((told) => words.includes(told)));
  const told = ledger.errors.filter((words) => words.startsWith("Two taps") || (isCalm(fair) && !mayMeet(words)));
  return told.map((words) => `Somebody was told: ${words}`);
};
