import { isCalm } from "../fair.ts";
import type { Check } from "./look.ts";

/** Where nothing went wrong nobody met an error; and no trouble makes two orders of one wish. */
export const refusals: Check = ({ fair, day, played: { ledger, forgotten } }) => {
  // Who is sent away in the middle of something is told that it is for others now.
  const dismissed = day.deeds.some(({ does }) => does === "dismiss");
  // A guest of two stands who has themselves deleted at the one, or signs out everywhere, is signed out at both, where a drink of theirs may be ready; and a barista may be in the middle of something.
  const everywhere = fair.stands.some(
    ({ visits, deeds }) =>
      visits.some(({ signsOut }) => signsOut?.where === "everywhere") || deeds.some(({ does }) => does === "sign-out"),
  );
  const signedOut = ["401 not-signed-in", "is gone from its customer's list"];
  // Whoever works with a document that has just been spoilt is told so.
  const spoilt = day.deeds.some(({ does }) => does === "spoil");
  const mayMeet = (words: string) =>
    (spoilt && words.includes("400 document-invalid")) ||
    (dismissed && words.includes("403 forbidden")) ||
    ((forgotten.asked.size > 0 || everywhere) && signedOut.some((told) => words.includes(told)));
  const told = ledger.errors.filter((words) => words.startsWith("Two taps") || (isCalm(fair) && !mayMeet(words)));
  return told.map((words) => `Somebody was told: ${words}`);
};
