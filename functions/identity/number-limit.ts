import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { writeOver } from "../platform/writes.ts";
import { sha256 } from "./secrets.ts";

/**
 * The limit of codes for one number: a token bucket with ten tokens, refilled by one each ten minutes, so a number is never blocked for long. The more
 * tokens a network took within the hour, the more must be left for it to get another. So one network can take half of them, a second one half of the
 * rest, and refilled tokens go first to a network that had none. A stranger who keeps requesting codes for somebody's number cannot lock them out.
 */
const ready = 10;
const backAfter = 10 * 60_000;
const hour = 60 * 60_000;
/** The shortest time between two codes to a number, in seconds. */
export const resendSeconds = 30;

export interface NumberCount {
  /** The used tokens at the time `at` (ms since the epoch, as all times here). */
  used: number;
  at: number;
  /** By hashed network: its codes since its first one of the hour. */
  from: Record<string, { count: number; endsAt: number }>;
  /** The earliest time of the next code. */
  lockedUntil: number;
  /** The challenge of the last code. */
  by?: string | undefined;
}

/** Counts one code for a number, or returns why it is refused. Pure. */
export function countForNumber(
  known: NumberCount | undefined,
  network: string,
  now: number,
): { count: NumberCount } | { refused: "lock" | "limit"; retryAt: number } {
  if (known && known.lockedUntil > now) {
    // If the limit would refuse the next request too, return its later time, so that the caller waits only once.
    const then = countForNumber(known, network, known.lockedUntil);
    return { refused: "lock", retryAt: "refused" in then ? then.retryAt : known.lockedUntil };
  }
  const { used, from } = atNow(known, now);
  const own = from[network] ?? { count: 0, endsAt: now + hour };
  const missing = used + own.count + 1 - ready;
  if (missing > 0) {
    // The earlier of two: enough tokens are refilled, or the network's hour ends.
    const enough = now + missing * backAfter;
    const forgotten = Math.max(own.endsAt, now + (used + 1 - ready) * backAfter);
    return { refused: "limit", retryAt: Math.ceil(Math.min(enough, forgotten)) };
  }
  return {
    count: {
      used: used + 1,
      at: now,
      from: { ...from, [network]: { ...own, count: own.count + 1 } },
      lockedUntil: now + resendSeconds * 1000,
    },
  };
}

/** The count without a code that was not sent. Pure. @param unlock whether the next code may be requested at once */
export function uncountForNumber(known: NumberCount, network: string, now: number, unlock: boolean): NumberCount {
  const { used, from } = atNow(known, now);
  const own = from[network];
  const without = own && { ...from, [network]: { ...own, count: Math.max(0, own.count - 1) } };
  const lockedUntil = unlock ? 0 : known.lockedUntil;
  return { used: Math.max(0, used - 1), at: now, from: without ?? from, lockedUntil, by: known.by };
}

function atNow(known: NumberCount | undefined, now: number): Pick<NumberCount, "used" | "from"> {
  if (known === undefined) return { used: 0, from: {} };
  const used = Math.max(0, known.used - Math.max(0, now - known.at) / backAfter);
  return { used, from: Object.fromEntries(Object.entries(known.from).filter(([, { endsAt }]) => endsAt > now)) };
}

const rounds = 8;
const idOf = (phone: string) => `limit:number:${sha256(phone)}`;
const hashed = (network: string) => sha256(network).slice(0, 16);

/**
 * Takes one code from the limit of a number.
 * @param by the challenge that the code is for. Of two concurrent requests with it, the second one learns that the message is being sent.
 * @throws Refusal `resend-too-soon`, `too-many-requests`, `try-again`
 */
export async function takeForNumber(phone: string, network: string, by?: string): Promise<void> {
  const done = await change(phone, (known, now) => {
    const counted = countForNumber(known, hashed(network), now);
    if (!("refused" in counted)) return { ...counted.count, by };
    if (counted.refused === "lock" && by !== undefined && known?.by === by) throw beingSent();
    throw refusal(counted.refused, counted.retryAt);
  });
  if (!done) throw new Refusal("try-again", "Others ask for this number right now. Please try again in a moment.");
}

/** Gives back a code that was not sent. If this loses all rounds against other writes, the token is refilled in time anyway. */
export async function giveBackForNumber(phone: string, network: string, unlock: boolean): Promise<void> {
  await change(phone, (known, now) => known && uncountForNumber(known, hashed(network), now, unlock));
}

/** @returns false if other writes came first in all rounds */
async function change(
  phone: string,
  next: (known: NumberCount | undefined, now: number) => NumberCount | undefined,
): Promise<boolean> {
  const id = idOf(phone);
  const identity = await container("identity");
  for (let round = 0; round < rounds; round++) {
    const { resource } = await identity.item(id, id).read<NumberCount>();
    const count = next(resource, Date.now());
    if (count === undefined) return true;
    // The document expires when all tokens are refilled.
    const document = { id, kind: "limit", ...count, ttl: (ready * backAfter) / 1000 };
    // Otherwise someone else counted, or the old count just expired: look again.
    if (await writeOver(identity, id, document, resource?._etag)) return true;
  }
  return false;
}

/** The refusal of a repeated challenge whose message is still being sent. */
export const beingSent = (): Refusal =>
  new Refusal("try-again", "The message is being sent just now. Please try again in a moment.");

function refusal(why: "lock" | "limit", retryAt: number): Refusal {
  const at = { retryAt: new Date(retryAt).toISOString() };
  return why === "lock"
    ? new Refusal("resend-too-soon", "A code was sent just now. Please wait for it before asking for another.", at)
    : new Refusal("too-many-requests", "Too many codes were asked for with this number. Please try again later.", at);
}
