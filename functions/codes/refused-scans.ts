import type { InvocationContext } from "@azure/functions";
import { type ScanRefusal, scanRefusals } from "../../contracts/order-states.ts";
import { container } from "../platform/clients.ts";
import { cosmosStatus } from "../platform/cosmos-status.ts";
import { inTurn } from "../platform/in-turn.ts";
import { Refusal } from "../platform/refusal.ts";
import { createNew } from "../platform/writes.ts";

/** The length of a counting period, in ms. The hours of every time zone begin with such a period. */
export const slotLength = 5 * 60_000;
/** The most refused scans that are counted for a store in a period, so that nobody can cause costs by being refused. */
export const mostCounted = 100;

/** The beginning of the period that contains a moment, in ms since the epoch. */
export const slotOf = (moment: number): number => Math.floor(moment / slotLength) * slotLength;

/** The id of the document with the counts of all stores: `<store>:<reason>` and `<store>:all`. It is flat, since a patch creates no nested objects. */
export const countsId = (slot: number): string => `refused-scans:${new Date(slot).toISOString()}`;
/** The name of a store's count in that document. */
export const keyOf = (storeId: string, what: ScanRefusal | "all"): string => `${storeId}:${what}`;

/** In seconds. The counts are published within minutes and then archived as an event. */
const keptFor = 2 * 60 * 60;

/** Counts to be written, by store and period. */
const waiting = new Map<string, Map<string, number>>();
/** Stores and periods that have reached the limit, as far as this process knows. */
const full = new Set<string>();

/**
 * Runs `work`, and counts the scan if it is refused. The reply neither waits for the count nor fails with it; a failed count is dropped.
 * @param but reasons that are not counted here, since the next request decides whether the scan is refused
 */
export async function countingRefused<T>(
  storeId: string,
  context: Pick<InvocationContext, "warn">,
  work: () => Promise<T>,
  but: readonly ScanRefusal[] = [],
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Refusal ? error.problem.code : undefined;
    const reason = scanRefusals.find((one) => one === code && !but.includes(one));
    if (reason) countRefused(storeId, reason).catch((cause) => context.warn("A refused scan was not counted:", cause));
    throw error;
  }
}

/** Counts a refused scan. Counts that arrive during a write are written together after it. */
export async function countRefused(storeId: string, reason: ScanRefusal): Promise<void> {
  const slot = slotOf(Date.now());
  const place = `${storeId} ${slot}`;
  if (full.has(place)) return;
  const counts = waiting.get(place) ?? new Map<string, number>();
  waiting.set(place, counts);
  for (const key of [keyOf(storeId, reason), keyOf(storeId, "all")]) counts.set(key, (counts.get(key) ?? 0) + 1);
  await inTurn(`refused:${storeId}`, async () => {
    const mine = waiting.get(place);
    waiting.delete(place);
    if (mine === undefined || full.has(place)) return;
    if ((await write(storeId, slot, mine)) < mostCounted) return;
    for (const known of full) if (!known.endsWith(` ${slot}`)) full.delete(known);
    full.add(place);
  });
}

/** @returns how many scans of the store are counted now */
async function write(storeId: string, slot: number, counts: ReadonlyMap<string, number>): Promise<number> {
  // `tries` is the container for temporary counts. It has no change feed trigger.
  const tries = await container("tries");
  const id = countsId(slot);
  const all = keyOf(storeId, "all");
  const add = async (): Promise<number> => {
    const { resource } = await tries.item(id, id).patch({
      condition: `FROM c WHERE NOT IS_DEFINED(c["${all}"]) OR c["${all}"] < ${mostCounted}`,
      operations: [...counts].map(([key, value]) => ({ op: "incr" as const, path: `/${key}`, value })),
    });
    return Number(resource?.[all] ?? 0);
  };
  try {
    return await add();
  } catch (error) {
    if (cosmosStatus(error) === 412) return mostCounted;
    if (cosmosStatus(error) !== 404) throw error;
  }
  const first = await createNew(tries, { id, ttl: keptFor, ...Object.fromEntries(counts) });
  if (first) return counts.get(all) ?? 0;
  return await add().catch((error) => {
    if (cosmosStatus(error) === 412) return mostCounted;
    throw error;
  });
}
