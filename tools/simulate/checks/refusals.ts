import type { Check } from "./look.ts";

/** Where nothing went wrong nobody met an error; and no trouble makes two orders of one wish. */
export const refusals: Check = ({ day, played: { ledger } }) => {
  const told = ledger.errors.filter((words) => day.troubles.length === 0 || words.startsWith("Two taps"));
  return told.map((words) => `Somebody was told: ${words}`);
};
