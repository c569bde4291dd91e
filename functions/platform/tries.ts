import { createHash } from "node:crypto";
import type { Container } from "@azure/cosmos";
import { container } from "./clients.ts";
import { cosmosStatus } from "./cosmos-status.ts";
import { Refusal } from "./refusal.ts";
import { createNew } from "./writes.ts";

const minute = 60_000;

/** A rate limit per minute of the clock. */
export interface Tries {
  storeId: string;
  /** The kind of the counting documents. */
  kind: string;
  /** The key of the count: the caller, or anything else with its own count. */
  who: string;
  most: number;
  /** The message to a caller who has exceeded the limit. */
  detail: string;
}

/** The counting documents of this minute that this process knows to exist, such as those of a large network or of repeated attempts. */
const begun = { minute: 0, ids: new Set<string>() };

/**
 * Counts one attempt before its outcome is known, so that concurrent attempts cannot be counted as one.
 * @throws Refusal `too-many-requests` if the attempts of this minute are used up
 */
export async function countTry({ storeId, kind, who, most, detail }: Tries): Promise<void> {
  const now = Date.now();
  const place = Math.floor(now / minute);
  // This container has no change feed trigger; otherwise each count would run one. The key is hashed, since a network's name has a slash, which ids must not have.
  const id = `${kind}:${createHash("sha256").update(`${storeId} ${who}`).digest("hex").slice(0, 32)}:${place}`;
  const counts = await container("tries");
  if (begun.minute !== place) Object.assign(begun, { minute: place, ids: new Set() });
  // Most people try once, so this is usually the only write.
  if (!begun.ids.has(id) && (await begin(counts, id))) return;
  begun.ids.add(id);
  try {
    await counts.item(id, id).patch({
      condition: `FROM c WHERE c.count < ${most}`,
      operations: [{ op: "incr", path: "/count", value: 1 }],
    });
  } catch (error) {
    const status = cosmosStatus(error);
    begun.ids.delete(id);
    if (status === 404 && (await begin(counts, id))) return;
    if (status !== 412) throw error;
    throw new Refusal("too-many-requests", detail, { retryAt: new Date((place + 1) * minute).toISOString() });
  }
}

/** @returns false if the count exists already */
async function begin(counts: Container, id: string): Promise<boolean> {
  const first = await createNew(counts, { id, count: 1, ttl: 120 });
  if (first) begun.ids.add(id);
  return first;
}
