import { isCalm } from "../fair.ts";
import type { Check } from "./look.ts";

/** Where nothing went wrong nobody met an error; and no trouble makes two orders of one wish. */
export const refusals: Check = ({ fair, day, played: { ledger } }) => {
  // Who is sent away in the middle of something is told that it is for others now.
  const dismissed = day.deeds.some(({ does }) => does === "dismiss");
  const told = ledger.errors.filter(
    (words) => words.startsWith("Two taps") || (isCalm(fair) && !(dismissed && words.includes("403 forbidden"))),
  );
  return told.map((words) => `Somebody was told: ${words}`);
};
