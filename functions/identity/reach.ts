import { container } from "../platform/clients.ts";
import { Refusal } from "../platform/refusal.ts";
import { removeVersion, writeOver } from "../platform/writes.ts";

/** A browser in which a customer wants push messages, with its subscription at a push service. */
export interface Subscribed {
  /** Created by the browser for itself. A new subscription with this id replaces the old one. */
  id: string;
  /** With the endpoint and the keys, messages can be sent to this browser, but only if they are signed with the key pair of the subscription. */
  endpoint: string;
  keys: { p256dh: string; auth: string };
  /** Our public key at the time of the subscription. The push service accepts no messages signed with another one. */
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

/** All ways to notify a customer about a ready order. They are in one document, so that one read is enough. */
export interface Reach {
  subscribed: Subscribed[];
  /** Each request is removed when its message is sent, so that nobody gets a second one. */
  texts: TextWish[];
}

export interface ReachDocument extends Reach {
  id: string;
  kind: "reach";
  customerId: string;
  /** When the first entry expires, so that the sweep can remove it before the last one expires. */
  dueAt: string;
  ttl: number;
}

/** How long a subscription is valid after its browser last confirmed it, in ms. */
export const goodFor = 31 * 24 * 60 * 60_000;
/** How long a request for an SMS is valid, in ms. By then any order is made and fetched. */
const textGoodFor = 24 * 60 * 60_000;
/** The most subscriptions, and the most requests for an SMS, of a customer. A new one replaces the one that was renewed longest ago. */
const most = 5;
const rounds = 8;
const idOf = (customerId: string) => `reach:${customerId}`;

/** How a customer wants to be notified; `undefined` for most, who have not chosen. */
export async function reachOf(customerId: string): Promise<Reach | undefined> {
  const id = idOf(customerId);
  return (await (await container("identity")).item(id, id).read<ReachDocument>()).resource;
}

/** Stores a subscription. It replaces an earlier one with the same id, or with the same endpoint in case the browser has lost its id. */
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

/** The condition for documents that the sweep must handle at `@now`. Documents of earlier versions have no `dueAt`. */
export const reachesOver = "(c.kind = 'reach' AND (c.dueAt <= @now OR NOT IS_DEFINED(c.dueAt)))";

/** Removes expired entries, with their phone numbers. */
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
 * Changes the document and removes expired entries. If no entry is left, the document is deleted.
 * @param change makes the new document from the old one, or returns `undefined` to leave it; pure, since it is called again after a lost round
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
