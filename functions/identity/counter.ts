import type { PatchOperation } from "@azure/cosmos";
import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { patched, writeOver } from "../platform/writes.ts";
import { sha256 } from "./secrets.ts";

/** A rate limit: a quota in a time window. */
export interface Counter {
  /** The key, which is stored only as a hash. */
  of: string;
  most: number;
  /** How many may additionally be taken in vain. */
  vain: number;
  seconds: number;
  /** The refusal if the quota is used up until `retryAt`. */
  refusal(retryAt: string): Refusal;
}

/** One unit that was taken from a counter, so that it can be given back if it was not needed. */
export interface Taken {
  /** How much is taken now. */
  count: number;
  /** How much was taken in vain, that is, given back and counted here. */
  vain?: number;
  /** The end of the window that it was taken from, in ms since the epoch. */
  endsAt: number;
}

interface CounterDocument extends Taken {
  id: string;
  kind: "limit";
  ttl: number;
}

const rounds = 8;
const idOf = ({ of }: Counter) => `limit:${sha256(of)}`;

/**
 * Takes one unit. A window begins with the first unit and ends after its fixed length, however many requests were refused meanwhile, so that nobody can
 * keep it closed. Many callers may take at once (a whole conference), so this is one conditional patch instead of a read and a write.
 * @throws the counter's refusal; Refusal `try-again`
 */
export async function take(counter: Counter): Promise<Taken> {
  const identity = await container("identity");
  const id = idOf(counter);
  // The first unit of a window needs no check of the quota.
  if (counter.most < 1) throw counter.refusal(new Date(Date.now() + counter.seconds * 1000).toISOString());
  for (let round = 0; round < rounds; round++) {
    const now = Date.now();
    const counted = await patched<CounterDocument>(identity, id, id, {
      condition: `FROM c WHERE c.count < ${counter.most} AND (NOT IS_DEFINED(c.vain) OR c.vain < ${counter.vain}) AND c.endsAt > ${now}`,
      operations: [{ op: "incr", path: "/count", value: 1 }],
    });
    if (counted) return { count: counted.count, endsAt: counted.endsAt };
    const { resource } = await identity.item(id, id).read<CounterDocument>();
    refuseFull(counter, resource, now);
    if (resource && resource.endsAt > now) continue;
    const first: Taken = { count: 1, endsAt: now + counter.seconds * 1000 };
    const document = { id, kind: "limit", ...first, ttl: counter.seconds };
    if (await writeOver(identity, id, document, resource?._etag)) return first;
  }
  throw new Refusal("try-again", "Many people sign in right now. Please try again in a moment.");
}

/** Checks whether a unit is left, without taking it. @throws the counter's refusal */
export async function look(counter: Counter): Promise<void> {
  const id = idOf(counter);
  const { resource } = await (await container("identity")).item(id, id).read<CounterDocument>();
  refuseFull(counter, resource, Date.now());
}

/**
 * Gives one unit back to its window, unless that window is over.
 * @param inVain whether to count it as taken in vain; otherwise a caller whose units are always given back would have no limit
 * @returns how much of that window was taken in vain
 */
export async function giveBack(counter: Counter, { endsAt }: Taken, inVain = false): Promise<number> {
  const id = idOf(counter);
  const operations: PatchOperation[] = [{ op: "incr", path: "/count", value: -1 }];
  if (inVain) operations.push({ op: "incr", path: "/vain", value: 1 });
  const left = await patched<CounterDocument>(await container("identity"), id, id, {
    condition: `FROM c WHERE c.count > 0 AND c.endsAt = ${endsAt}`,
    operations,
  });
  return left?.vain ?? 0;
}

function refuseFull(counter: Counter, known: Taken | undefined, now: number): void {
  if (known === undefined || known.endsAt <= now) return;
  if (known.count < counter.most && (known.vain ?? 0) < counter.vain) return;
  throw counter.refusal(new Date(known.endsAt).toISOString());
}
