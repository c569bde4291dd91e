import { createHash } from "node:crypto";
import { container } from "../platform/clients.ts";
import { cosmosStatus } from "../platform/cosmos-status.ts";
import { Refusal } from "../platform/refusal.ts";

/** Codes that may be tried in a minute of the clock, right ones too: by a customer, and by all who stand behind one network address. */
const perMinute = { customer: 10, network: 60 };
const minute = 60_000;

/**
 * Counts one try, before it is known whether the code is right: tries made at once cannot share a place in the count.
 * @throws Refusal `too-many-requests` when the minute's tries are used up
 */
export async function countGuess(storeId: string, by: keyof typeof perMinute, who: string): Promise<void> {
  const now = Date.now();
  const place = Math.floor(now / minute);
  // Hashed, for the name of a network has a slash, which no id may have.
  const id = `guesses:${createHash("sha256").update(`${by} ${who}`).digest("hex").slice(0, 32)}:${place}`;
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
      condition: `FROM c WHERE c.count < ${perMinute[by]}`,
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
