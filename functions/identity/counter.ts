import type { PatchOperation } from "@azure/cosmos";
import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { patched, writeOver } from "../platform/writes.ts";
import { sha256 } from "./secrets.ts";

/** Something of which there is only so much in a while. */
export interface Counter {
  /** Told nowhere: it is hashed. */
  of: string;
  most: number;
  /** So many may be taken in vain beside them. */
  vain: number;
  seconds: number;
  /** What the person is told when there is no more until `retryAt`. */
  refusal(retryAt: string): Refusal;
}

/** What was taken of a counter, to be given back where it turned out not to be needed. */
export interface Taken {
  /** How much is taken by now. */
  count: number;
  /** How much was taken in vain: given back, and counted here. */
  vain?: number;
  /** Milliseconds since the epoch: the end of the window that it was taken from. */
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
 * Takes one. A window begins with the first that is taken and ends when its time is over, however many were refused in between, so that nobody can
 * hold it shut. Many may take at once (all of a conference): one conditional patch, and not read, count and write.
 * @throws the counter's refusal; Refusal `try-again`
 */
export async function take(counter: Counter): Promise<Taken> {
  const identity = await container("identity");
  const id = idOf(counter);
  // The first of a window is taken without a look at how many there may be.
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

/** Whether there is any left, without taking it. @throws the counter's refusal */
export async function look(counter: Counter): Promise<void> {
  const id = idOf(counter);
  const { resource } = await (await container("identity")).item(id, id).read<CounterDocument>();
  refuseFull(counter, resource, Date.now());
}

/**
 * Gives one back to the window that it was taken from; one that is over needs it no more.
 * @param inVain counts it there: whoever only ever takes in vain would have all that is done with one done without end
 * @returns how much of that window was taken in vain by now
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
