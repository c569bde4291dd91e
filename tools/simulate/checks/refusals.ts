import { isCalm } from "../fair.ts";
import type { Check } from "./look.ts";

/** Without faults nobody gets an error; and no fault makes two orders from one request. */
export const refusals: Check = ({ fair, day, played: { ledger, forgotten } }) => {
  // A barista who loses the role in the middle of something is refused.
  const dismissed = day.deeds.some(({ does }) => does === "dismiss");
  // A guest of two stands who deletes their data at one of them, or signs out everywhere, is signed out at both, where a drink of theirs may be
  // ready; and a barista may be in the middle of something.
  const everywhere = fair.stands.some(
    ({ visits, deeds }) =>
      visits.some(({ signsOut }) => signsOut?.where === "everywhere") || deeds.some(({ does }) => does === "sign-out"),
  );
  const signedOut = ["401 not-signed-in", "is gone from its customer's list"];
  // A request that uses a document which has just been spoilt is refused for that.
  const spoilt = day.deeds.some(({ does }) => does === "spoil");
  const mayMeet = (words: string) =>
    (spoilt && words.includes("400 document-invalid")) ||
    (dismissed && words.includes("403 forbidden")) ||
    ((forgotten.asked.size > 0 || everywhere) && signedOut.some((told) => words.includes(told)));
  const told = ledger.errors.filter((words) => words.startsWith("Two taps") || (isCalm(fair) && !mayMeet(words)));
  return told.map((words) => `Somebody was told: ${words}`);
};
