import { countTry } from "../platform/tries.ts";

/** How many codes, including correct ones, a customer and all clients behind one network address may try in a minute of the clock. */
export const perMinute = { customer: 10, network: 60 };

/**
 * Counts one attempt, before it is known whether the code is correct.
 * @throws Refusal `too-many-requests` if the attempts of this minute are used up
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
