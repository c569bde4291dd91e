import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { container } from "../platform/clients.ts";
import { archivedFor } from "../platform/outbox-document.ts";
import { Refusal } from "../platform/refusal.ts";
import { readStored } from "../platform/stored.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { remove } from "../platform/writes.ts";
import type { Order } from "./order.ts";

/** The links that show an order's journey to others. They expire with its events. */
export interface Share {
  /** The order's id and `:share`, so that the document is read together with the order and its events. */
  id: string;
  kind: "share";
  storeId: string;
  /** The SHA-256 of each link's secret, latest last. The secrets themselves are not stored. */
  hashes: string[];
  ttl: number;
}

/** How many links of one order are valid at a time. A new one replaces the oldest. */
const most = 5;
const rounds = 5;

/** The id of the document with an order's links. */
export const shareId = (orderId: string) => `${orderId}:share`;

/** Creates a link to an order's journey. @throws Refusal `not-found` if its events have expired, `try-again` if many links are created at once */
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

/** Revokes all links to an order's journey. */
export async function unshare(storeId: string, orderId: string): Promise<void> {
  await remove(await container("orders"), storeId, shareId(orderId));
}

/** The id of the order in a link. Whether the link is valid, {@link opens} checks. */
export function orderIdIn(link: string): string {
  return link.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Whether a link is valid: it is in this document and was not revoked. */
export function opens(link: string, shared: Share | undefined): boolean {
  const hash = hashOf(link.slice(32));
  return shared?.hashes.some((one) => timingSafeEqual(Buffer.from(one, "hex"), hash)) ?? false;
}

const hashOf = (secret: string) => createHash("sha256").update(secret).digest();
