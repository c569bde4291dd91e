import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { container } from "../platform/clients.ts";
import { archivedFor } from "../platform/outbox-document.ts";
import { Refusal } from "../platform/refusal.ts";
import { readStored } from "../platform/stored.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { remove } from "../platform/writes.ts";
import type { Order } from "./order.ts";

/** The links that show an order's journey to others. Gone when its events are. */
export interface Share {
  /** The order's id and `:share`: read together with the order and its events. */
  id: string;
  kind: "share";
  storeId: string;
  /** SHA-256 of the secret of each link, the latest last. The secrets themselves are kept nowhere. */
  hashes: string[];
  ttl: number;
}

/** So many links of one order are good at a time; another one takes the place of the oldest. */
const most = 5;
const rounds = 5;

/** The id of the document of an order's links. */
export const shareId = (orderId: string) => `${orderId}:share`;

/** A new link to an order's journey. @throws Refusal `not-found` when its events are gone, `try-again` when many links are made at once */
export async function share({ id: orderId, storeId, changedAt }: Order): Promise<{ link: string; until: string }> {
  const until = Date.parse(changedAt) + archivedFor * 1000;
  const ttl = Math.floor((until - Date.now()) / 1000);
  if (ttl <= 0) throw new Refusal("not-found", "The story of this order is not kept any more.");
  const secret = randomBytes(24).toString("base64url");
  const id = shareId(orderId);
  for (let round = 0; round < rounds; round++) {
    const known = await readStored<Share>("orders", storeId, id);
    const hashes = [...(known?.document.hashes ?? []), hashOf(secret).toString("hex")].slice(-most);
    const after: Share = { id, kind: "share", storeId, hashes, ttl };
    const write = known === undefined ? create(after) : replace(after, known.etag);
    const { done } = await transact(await container("orders"), storeId, [write]);
    if (done) return { link: orderId.replaceAll("-", "") + secret, until: new Date(until).toISOString() };
  }
  throw new Refusal("try-again", "This order is being shared at this very moment. Please try again.");
}

/** Takes every link to an order's journey back. */
export async function unshare(storeId: string, orderId: string): Promise<void> {
  await remove(await container("orders"), storeId, shareId(orderId));
}

/** The id of the order that a link is made for; whether the link is good, {@link opens} tells. */
export function orderIdIn(link: string): string {
  return link.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Whether a link is one of these, and was not taken back. */
export function opens(link: string, shared: Share | undefined): boolean {
  const hash = hashOf(link.slice(32));
  return shared?.hashes.some((one) => timingSafeEqual(Buffer.from(one, "hex"), hash)) ?? false;
}

const hashOf = (secret: string) => createHash("sha256").update(secret).digest();
