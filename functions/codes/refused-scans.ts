import type { InvocationContext } from "@azure/functions";
import { type ScanRefusal, scanRefusals } from "../../contracts/order-states.ts";
import { container } from "../platform/clients.ts";
import { cosmosStatus } from "../platform/cosmos-status.ts";
import { inTurn } from "../platform/in-turn.ts";
import { Refusal } from "../platform/refusal.ts";
import { createNew } from "../platform/writes.ts";

/** Refused scans are counted together for so long, in ms: the hours of every time zone begin with such a time. */
export const slotLength = 5 * 60_000;
/** Once so many are counted of a store in that time, no more are, so that nobody can run up the bill by being refused. */
export const mostCounted = 100;

/** When the time that a moment is counted in began; ms since the epoch. */
export const slotOf = (moment: number): number => Math.floor(moment / slotLength) * slotLength;

/** Where the counts of all stores lie, under `<store>:<reason>` and, for all of a store, `<store>:all`. Flat: a patch makes no objects on its way. */
export const countsId = (slot: number): string => `refused-scans:${new Date(slot).toISOString()}`;
/** The name that a count of a store has in that document. */
export const keyOf = (storeId: string, what: ScanRefusal | "all"): string => `${storeId}:${what}`;

/** Seconds: told within minutes, and long gone in the archive by then. */
const keptFor = 2 * 60 * 60;

/** Counts that are to be written, by store and time. */
const waiting = new Map<string, Map<string, number>>();
/** Stores and times of which all is counted that will be, as this process knows. */
const full = new Set<string>();

/**
 * Does `work`, and counts the scan that it refuses. The answer neither waits for that nor fails with it: what cannot be counted is not.
 * @param but reasons that leave it to the next request whether the scan is refused
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

/** Counts a refused scan. Those that come while another is written are written together after it. */
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

/** @returns how many are counted of the store by then */
async function write(storeId: string, slot: number, counts: ReadonlyMap<string, number>): Promise<number> {
  // Beside what else is counted for a while, in the container whose changes nobody is told of.
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
