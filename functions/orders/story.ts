import { orderId as orderIdSchema } from "../../contracts/common.ts";
import type { JourneyReply, SharedJourneyReply } from "../../contracts/http.ts";
import { Refusal } from "../platform/refusal.ts";
import { notFound } from "./commands.ts";
import { journeyOf, shared } from "./journey.ts";
import { type Order, viewOf } from "./order.ts";
import type { OrderEventDocument } from "./orders-container.ts";
import { query } from "./queries.ts";
import { opens, orderIdIn, type Share } from "./share.ts";

/** An order with its events and links. */
interface Kept {
  order: Order;
  events: OrderEventDocument[];
  share: Share | undefined;
}

/**
 * Reads an order's journey.
 * @param mayRead whether the caller may see an order. @throws Refusal `not-found`
 */
export async function storyOf(
  storeId: string,
  orderId: string,
  mayRead: (order: Order) => boolean | Promise<boolean>,
): Promise<JourneyReply> {
  const kept = await keptOf(storeId, orderId);
  if (kept === undefined || !(await mayRead(kept.order))) throw notFound(orderId);
  const { order, events, share } = kept;
  const now = new Date().toISOString();
  return { order: viewOf(order), ...journeyOf(order, events), shared: share !== undefined, now };
}

/** The journey that a link shows to anybody. @throws Refusal `not-found`, also if the link was revoked or the events have expired */
export async function sharedStory(storeId: string, link: string): Promise<SharedJourneyReply> {
  const kept = await keptOf(storeId, orderIdIn(link));
  if (kept === undefined || kept.events.length === 0 || !opens(link, kept.share)) {
    throw new Refusal("not-found", "This link shows nothing any more: it was taken back, or what it showed is gone.");
  }
  const { order, events } = kept;
  const { steps, whole } = journeyOf(order, events);
  const { drink } = order;
  return { ...(drink && { drink }), steps: steps.map(shared), whole, now: new Date().toISOString() };
}

/** The ids of an order's events and links begin with the order's id, so one range of the index contains them all. */
async function keptOf(storeId: string, orderId: string): Promise<Kept | undefined> {
  if (!orderIdSchema.safeParse(orderId).success) return undefined;
  const text = "SELECT * FROM c WHERE STARTSWITH(c.id, @orderId)";
  const found = await query<Order | OrderEventDocument | Share>(storeId, text, { orderId });
  const order = found.find((one): one is Order => one.kind === "order");
  if (order === undefined) return undefined;
  return {
    order,
    events: found.filter((one): one is OrderEventDocument => one.kind === "event"),
    share: found.find((one): one is Share => one.kind === "share"),
  };
}
