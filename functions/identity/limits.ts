import { container } from "../platform/clients.ts";
import { cosmosStatus } from "../platform/cosmos-status.ts";
import { Refusal } from "../platform/refusal.ts";
import { settings } from "../platform/settings.ts";
import { sha256 } from "./secrets.ts";

/**
 * How many codes may be sent. Windows are fixed: they end an hour after the first code, however many tries were refused in
 * between, so nobody can hold a window shut. A number's own limit is larger than what one network may use of it,
 * so that a stranger who keeps asking for someone's number leaves that person some codes.
 */
const hour = 60 * 60;
export const resendSeconds = 30;
const codesPerNumber = 10;
const codesPerNumberAndNetwork = 7;

interface NumberCount {
  count: number;
  /** By network, hashed. */
  from: Record<string, number>;
  /** Milliseconds since the epoch, as the next two. */
  endsAt: number;
  /** No other code before this. */
  lockedUntil: number;
}

/** Counts one code for a number, or says why not. Pure. */
export function countForNumber(
  known: NumberCount | undefined,
  network: string,
  now: number,
): { count: NumberCount } | { refused: "lock" | "limit"; retryAt: number } {
  if (known && known.lockedUntil > now) return { refused: "lock", retryAt: known.lockedUntil };
  const current: Omit<NumberCount, "lockedUntil"> =
    known && known.endsAt > now ? known : { count: 0, from: {}, endsAt: now + hour * 1000 };
  const fromHere = current.from[network] ?? 0;
  if (current.count >= codesPerNumber || fromHere >= codesPerNumberAndNetwork) {
    return { refused: "limit", retryAt: current.endsAt };
  }
  return {
    count: {
      count: current.count + 1,
      from: { ...current.from, [network]: fromHere + 1 },
      endsAt: current.endsAt,
      lockedUntil: now + resendSeconds * 1000,
    },
  };
}

/** Takes one code from what may be sent to a number. @throws Refusal `resend-too-soon`, `too-many-requests` */
export async function takeForNumber(phone: string, network: string): Promise<void> {
  const id = `limit:number:${sha256(phone)}`;
  const identity = await container("identity");
  for (let round = 0; round < 5; round++) {
    const { resource, etag } = await identity.item(id, id).read<NumberCount>();
    const counted = countForNumber(resource, sha256(network).slice(0, 16), Date.now());
    if ("refused" in counted) throw refusal(counted.refused, counted.retryAt, "with this number");
    const document = { id, kind: "limit", ...counted.count, ttl: hour };
    try {
      if (resource === undefined) await identity.items.create(document);
      else await identity.item(id, id).replace(document, { accessCondition: { type: "IfMatch", condition: etag } });
      return;
    } catch (error) {
      // Someone else counted, or the old count just expired: look again.
      if (![404, 409, 412].includes(cosmosStatus(error) ?? 0)) throw error;
    }
  }
  throw busy();
}

/**
 * Takes one code from what may be sent on behalf of a network. Many may do so at once (all of a conference), so it is one
 * conditional patch and not read, count and write. @throws Refusal `too-many-requests`
 */
export async function takeForNetwork(network: string): Promise<void> {
  const id = `limit:network:${sha256(network)}`;
  const identity = await container("identity");
  for (let round = 0; round < 5; round++) {
    const now = Date.now();
    try {
      await identity.item(id, id).patch({
        condition: `FROM c WHERE c.count < ${settings().codesPerAddress} AND c.endsAt > ${now}`,
        operations: [{ op: "incr", path: "/count", value: 1 }],
      });
      return;
    } catch (error) {
      if (![404, 412].includes(cosmosStatus(error) ?? 0)) throw error;
    }
    const { resource, etag } = await identity.item(id, id).read<{ count: number; endsAt: number }>();
    if (resource && resource.endsAt > now) {
      if (resource.count >= settings().codesPerAddress) throw refusal("limit", resource.endsAt, "from your network");
      continue;
    }
    const document = { id, kind: "limit", count: 1, endsAt: now + hour * 1000, ttl: hour };
    try {
      if (resource === undefined) await identity.items.create(document);
      else await identity.item(id, id).replace(document, { accessCondition: { type: "IfMatch", condition: etag } });
      return;
    } catch (error) {
      if (![404, 409, 412].includes(cosmosStatus(error) ?? 0)) throw error;
    }
  }
  throw busy();
}

function refusal(why: "lock" | "limit", retryAt: number, whose: string): Refusal {
  const at = { retryAt: new Date(retryAt).toISOString() };
  return why === "lock"
    ? new Refusal("resend-too-soon", "A code was sent just now. Please wait for it before asking for another.", at)
    : new Refusal(
        "too-many-requests",
        `Too many codes were asked for ${whose} within an hour. Please try again later.`,
        at,
      );
}

function busy(): Refusal {
  return new Refusal("try-again", "Many people sign in right now. Please try again in a moment.");
}
