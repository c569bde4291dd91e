import { container } from "../platform/clients.ts";
import { cosmosStatus } from "../platform/cosmos-status.ts";
import { Refusal } from "../platform/refusal.ts";

/** Wrong codes that a customer may try in a minute of the clock. */
const perMinute = 10;
const minute = 60_000;

function idOf(customerId: string, now: number): string {
  return `guesses:${customerId}:${Math.floor(now / minute)}`;
}

/** @throws Refusal `too-many-requests` when the customer has tried too many wrong codes in this minute. */
export async function mayGuess(storeId: string, customerId: string): Promise<void> {
  const now = Date.now();
  const id = idOf(customerId, now);
  const { resource } = await (await container("codes")).item(id, storeId).read<{ id: string; count: number }>();
  if ((resource?.count ?? 0) < perMinute) return;
  const retryAt = new Date((Math.floor(now / minute) + 1) * minute).toISOString();
  throw new Refusal("too-many-requests", "Too many wrong codes. Please scan the code on the display.", { retryAt });
}

/** Counts a wrong code. */
export async function countGuess(storeId: string, customerId: string): Promise<void> {
  const codes = await container("codes");
  const id = idOf(customerId, Date.now());
  const another = () => codes.item(id, storeId).patch([{ op: "incr", path: "/count", value: 1 }]);
  try {
    await another();
  } catch (error) {
    if (cosmosStatus(error) !== 404) throw error;
    try {
      await codes.items.create({ id, storeId, kind: "guesses", count: 1, ttl: 120 });
    } catch (clash) {
      if (cosmosStatus(clash) !== 409) throw clash;
      await another();
    }
  }
}
