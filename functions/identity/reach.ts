import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { removeVersion, writeOver } from "../platform/writes.ts";

/** A browser that a customer wants to be told in when an order is ready, as it subscribed with its maker's push service. */
export interface Subscribed {
  /** Made by the browser, and its own: a new subscription takes the place of its last one. */
  id: string;
  /** Whoever has it and the keys can send messages to this browser, but only signed with the key that it was made with. */
  endpoint: string;
  keys: { p256dh: string; auth: string };
  /** Our public key that it was made with: with another one the push service takes nothing. */
  key: string;
  /** The customer's language tag. */
  language: string;
  /** The document id of the session in which it was created, and with which it ends. */
  session: string;
  /** Milliseconds since the epoch. */
  until: number;
}

/** A customer's request for an SMS when this order is ready. */
export interface TextWish {
  orderId: string;
  /** The phone number of the requesting session, in E.164. */
  phone: string;
  language: string;
  /** Milliseconds since the epoch. */
  until: number;
}

/** How a customer is told that an order is ready, in one document: it is read in one request when there is something to tell. */
export interface Reach {
  subscribed: Subscribed[];
  /** Each request is removed when its message is sent, so that nobody gets a second one. */
  texts: TextWish[];
}

export interface ReachDocument extends Reach {
  id: string;
  kind: "reach";
  customerId: string;
  /** When the first of them is over: it is not kept until the last one is. */
  dueAt: string;
  ttl: number;
}

/** How long a subscription is valid after its browser last confirmed it, in ms. */
export const goodFor = 31 * 24 * 60 * 60_000;
/** An order is made and fetched within so long, in ms: then nobody waits for a text any more. */
const textGoodFor = 24 * 60 * 60_000;
/** A customer has so many of each at most, a subscription for each browser; the one that was not told of for longest makes room. */
const most = 5;
const rounds = 8;
const idOf = (customerId: string) => `reach:${customerId}`;

/** How a customer wants to be notified; `undefined` for most, who have not chosen. */
export async function reachOf(customerId: string): Promise<Reach | undefined> {
  const id = idOf(customerId);
  return (await (await container("identity")).item(id, id).read<ReachDocument>()).resource;
}

/** Keeps a subscription, in the place of an earlier one of the same browser: also of one that has forgotten what it called itself. */
export async function subscribe(customerId: string, subscribed: Subscribed): Promise<void> {
  await changeReach(customerId, (reach) => ({
    ...reach,
    subscribed: [
      subscribed,
      ...reach.subscribed.filter(({ id, endpoint }) => id !== subscribed.id && endpoint !== subscribed.endpoint),
    ]
      .sort((a, b) => b.until - a.until)
      .slice(0, most),
  }));
}

/** Deletes subscriptions. Succeeds also if they do not exist. */
export async function unsubscribe(customerId: string, gone: (subscribed: Subscribed) => boolean): Promise<void> {
  await changeReach(customerId, (reach) =>
    reach.subscribed.some(gone) ? { ...reach, subscribed: reach.subscribed.filter((each) => !gone(each)) } : undefined,
  );
}

/** Whose reach the sweep has work with, at `@now`; one of an earlier version does not say when it is due. */
export const reachesOver = "(c.kind = 'reach' AND (c.dueAt <= @now OR NOT IS_DEFINED(c.dueAt)))";

/** Forgets what is over, a number among it. */
export function sweepReach({ customerId }: ReachDocument): Promise<void> {
  return changeReach(customerId, (reach) => reach);
}

/** Stores the request for an SMS about an order. */
export async function wishText(customerId: string, wish: Omit<TextWish, "until">): Promise<void> {
  await changeReach(customerId, (reach) => ({
    ...reach,
    texts: [{ ...wish, until: Date.now() + textGoodFor }, ...reach.texts.filter(isOther(wish.orderId))].slice(0, most),
  }));
}

/**
 * Removes the request for an SMS about an order. Only the process that removed it may send the message.
 * @returns `undefined` if there is none, or if another process was first
 */
export async function takeTextWish(customerId: string, orderId: string): Promise<TextWish | undefined> {
  let taken: TextWish | undefined;
  await changeReach(customerId, (reach) => {
    taken = reach.texts.find((wish) => wish.orderId === orderId);
    return taken && { ...reach, texts: reach.texts.filter(isOther(orderId)) };
  });
  return taken && taken.until > Date.now() ? taken : undefined;
}

const isOther = (orderId: string) => (wish: TextWish) => wish.orderId !== orderId;

/**
 * Changes how a customer is told, without what is over. Where nothing is left to keep, nothing is kept.
 * @param change makes what is to be kept out of what was, or undefined where it may stay; pure, for it is called again when somebody else was first
 * @throws Refusal `try-again`
 */
async function changeReach(customerId: string, change: (before: Reach) => Reach | undefined): Promise<void> {
  const id = idOf(customerId);
  const identity = await container("identity");
  for (let round = 0; round < rounds; round++) {
    const { resource } = await identity.item(id, id).read<ReachDocument>();
    const next = change({ subscribed: [], texts: [], ...resource });
    if (next === undefined) return;
    const now = Date.now();
    const isGood = ({ until }: { until: number }) => until > now;
    const [subscribed, texts] = [next.subscribed.filter(isGood), next.texts.filter(isGood)];
    const ends = [...subscribed, ...texts].map(({ until }) => until);
    if (ends.length > 0) {
      const dueAt = new Date(Math.min(...ends)).toISOString();
      const ttl = Math.ceil((Math.max(...ends) - now) / 1000);
      const document: ReachDocument = { id, kind: "reach", customerId, subscribed, texts, dueAt, ttl };
      if (await writeOver(identity, id, document, resource?._etag)) return;
    } else if (resource === undefined || (await removeVersion(identity, id, id, resource._etag))) return;
  }
  throw new Refusal("try-again", "Too many changes at the same time. Please try again in a moment.");
}
