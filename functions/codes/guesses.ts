import { countTry } from "../platform/tries.ts";

/** Codes that may be tried in a minute of the clock, right ones too: by a customer, and by all who stand behind one network address. */
export const perMinute = { customer: 10, network: 60 };

/**
 * Counts one try of a code, before it is known whether the code is right.
 * @throws Refusal `too-many-requests` when the minute's tries are used up
 */
export async function countGuess(storeId: string, by: keyof typeof perMinute, who: string): Promise<void> {
  await countTry({
    storeId,
    kind: "guesses",
    who: `${by} ${who}`,
    most: perMinute[by],
    detail: "Too many tries. Please wait a moment, then scan the code on the display.",
  });
}
