import { container } from "../platform/clients.ts";
import { cosmosStatus } from "../platform/cosmos-status.ts";
import { Refusal } from "../platform/refusal.ts";

/** Codes that a customer may try in a minute of the clock, right ones too. */
const perMinute = 10;
const minute = 60_000;

/**
 * Counts one try of a customer, before it is known whether the code is right: tries made at once cannot share a place in the count.
 * @throws Refusal `too-many-requests` when the minute's tries are used up
 */
export async function countGuess(storeId: string, customerId: string): Promise<void> {
  const now = Date.now();
  const place = Math.floor(now / minute);
  const id = `guesses:${customerId}:${place}`;
  const codes = await container("codes");
  try {
    // Most people try one code, so this is mostly the only write.
    await codes.items.create({ id, storeId, kind: "guesses", count: 1, ttl: 120 });
    return;
  } catch (error) {
    if (cosmosStatus(error) !== 409) throw error;
  }
  try {
    await codes.item(id, storeId).patch({
      condition: `FROM c WHERE c.count < ${perMinute}`,
      operations: [{ op: "incr", path: "/count", value: 1 }],
    });
  } catch (error) {
    if (cosmosStatus(error) !== 412) throw error;
    const retryAt = new Date((place + 1) * minute).toISOString();
    throw new Refusal("too-many-requests", "Too many tries. Please wait a moment, then scan the code on the display.", {
      retryAt,
    });
  }
}
