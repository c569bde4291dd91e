import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { writeOver } from "../platform/writes.ts";
import { sha256 } from "./secrets.ts";

/**
 * How many codes are sent to one number. So many lie ready, and one comes back each ten minutes, so a number is never shut for long. The more of them
 * a network had within the hour, the more must be left for it to get another: one network can take half of them, a second half of the rest, and
 * what comes back goes first to who has had none. A stranger who keeps asking for someone's number cannot lock them out.
 */
const ready = 10;
const backAfter = 10 * 60_000;
const hour = 60 * 60_000;
/** No second code to a number before this, in seconds. */
export const resendSeconds = 30;

export interface NumberCount {
  /** Codes that have not come back yet, at `at` (ms since the epoch, as all times here). */
  used: number;
  at: number;
  /** By network, hashed: what it had since its first code of the hour. */
  from: Record<string, { count: number; endsAt: number }>;
  /** No other code before this. */
  lockedUntil: number;
  /** Which challenge had the last one. */
  by?: string | undefined;
}

/** Counts one code for a number, or says why not. Pure. */
export function countForNumber(
  known: NumberCount | undefined,
  network: string,
  now: number,
): { count: NumberCount } | { refused: "lock" | "limit"; retryAt: number } {
  if (known && known.lockedUntil > now) {
    // Whoever comes back then is not to be told of another reason to wait.
    const then = countForNumber(known, network, known.lockedUntil);
    return { refused: "lock", retryAt: "refused" in then ? then.retryAt : known.lockedUntil };
  }
  const { used, from } = atNow(known, now);
  const own = from[network] ?? { count: 0, endsAt: now + hour };
  const missing = used + own.count + 1 - ready;
  if (missing > 0) {
    // Either enough comes back, or the network's hour is over.
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

/** The count without a code that was not sent after all. Pure. @param unlock whether another may be asked for at once */
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
 * Takes one code from what may be sent to a number.
 * @param by the challenge that it is for: asked twice at once, the second is told that it is being sent
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

/** Gives a code back that was not sent. Where others keep changing the count it stays: it comes back by itself. */
export async function giveBackForNumber(phone: string, network: string, unlock: boolean): Promise<void> {
  await change(phone, (known, now) => known && uncountForNumber(known, hashed(network), now, unlock));
}

/** @returns false when others were first each time */
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
    // Kept until everything has come back.
    const document = { id, kind: "limit", ...count, ttl: (ready * backAfter) / 1000 };
    // Otherwise someone else counted, or the old count just expired: look again.
    if (await writeOver(identity, id, document, resource?._etag)) return true;
  }
  return false;
}

/** Of a challenge that is asked for again while it is not known yet what came of the message. */
export const beingSent = (): Refusal =>
  new Refusal("try-again", "The message is being sent just now. Please try again in a moment.");

function refusal(why: "lock" | "limit", retryAt: number): Refusal {
  const at = { retryAt: new Date(retryAt).toISOString() };
  return why === "lock"
    ? new Refusal("resend-too-soon", "A code was sent just now. Please wait for it before asking for another.", at)
    : new Refusal("too-many-requests", "Too many codes were asked for with this number. Please try again later.", at);
}
