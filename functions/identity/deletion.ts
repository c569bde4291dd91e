import type { InvocationContext } from "@azure/functions";
import type { OrderView } from "../../contracts/order.ts";
import { container, eventGrid } from "../platform/clients.ts";
import { eventDocument } from "../platform/outbox-document.ts";
import { type Outgoing, outgoing } from "../platform/outgoing.ts";
import { personalData } from "../platform/personal-data.ts";
import { Refusal } from "../platform/refusal.ts";
import { heldIn } from "../platform/without-person.ts";
import { createNew, remove } from "../platform/writes.ts";
import { takeDeletion } from "./deletion-limit.ts";
import { type Customer, worksAt } from "./personal.ts";
import { sha256 } from "./secrets.ts";
import { forgetSession } from "./sessions.ts";

/**
 * The others are told so long, in ms, after somebody asked: what was on its way then (a scan, an order's last step) has arrived, and nothing comes anew, for nobody is
 * signed in.
 */
const toldAfter = 2 * 60_000;
/**
 * And once more so long, in ms, after the first time: longer than Event Grid tries to deliver what tells of them, which is a day, and what one of the services could not take and is
 * told again, which is another. What came late, and made something of them anew, is deleted then.
 */
const toldAgainAfter = 49 * 60 * 60_000;

/** A customer whose data is to be deleted. The document is deleted after the event was published twice. */
export interface DeletionDocument {
  /** `deletion:` and the customer's id. */
  id: string;
  kind: "deletion";
  customerId: string;
  askedAt: string;
  /** When the event is published next. */
  dueAt?: string;
  /** How many times it was published. */
  told?: number;
}

/**
 * Has a customer forgotten: signed out everywhere and a new customer from now on; some minutes later every store's services and extensions hear of it.
 * @throws Refusal `orders-open` with the first of them, `works-here`, `too-many-requests`
 */
export async function deleteCustomer(
  { customerId, phone }: Customer,
  log: Pick<InvocationContext, "warn">,
): Promise<void> {
  if ((await worksAt(phone)).length > 0) {
    throw new Refusal("works-here", "Somebody who works at a store must be removed from its list of people first.");
  }
  const [order] = await openOf(customerId);
  if (order) {
    throw new Refusal("orders-open", "An order is still on its way. Cancel it, or wait until it is made.", { order });
  }
  const now = Date.now();
  const deletion: DeletionDocument = {
    id: `deletion:${customerId}`,
    kind: "deletion",
    customerId,
    askedAt: new Date(now).toISOString(),
    dueAt: new Date(now + toldAfter).toISOString(),
    told: 0,
  };
  await takeDeletion({ customerId, phone });
  // First of what is done, so that whatever stops us here the sweep goes on from it.
  // One that stands already is as good: they ask again, since no answer came.
  await createNew(await container("identity"), deletion);
  await forgetHere(deletion, log);
}

/** Open orders, which must end first. */
async function openOf(customerId: string): Promise<OrderView[]> {
  return (await Promise.all(personalData().map((held) => held.open?.(customerId) ?? []))).flat();
}

/** Deletes what this service stores about a customer. Idempotent. */
async function forgetHere({ customerId }: DeletionDocument, log: Pick<InvocationContext, "warn">): Promise<void> {
  const identity = await container("identity");
  const query = "SELECT * FROM c WHERE c.customerId = @customerId AND c.kind <> 'deletion'";
  for (const { id, kind } of await heldIn(identity, query, { customerId })) {
    if (kind === "session") await forgetSession(id, log);
    else await remove(identity, id, id);
  }
}

/** Which deletions the sweep has work with, at `@now`; one of an earlier version says nothing of when it is due. */
export const deletionsDue = "(c.kind = 'deletion' AND (c.dueAt <= @now OR NOT IS_DEFINED(c.dueAt)))";

/**
 * Tells the others of somebody who asked some minutes ago, or two days. What fails is tried again a minute later; so is it while a scan that arrived only now has an order at work:
 * nobody can do anything with it, so it is soon over.
 */
export async function sweepDeletion(deletion: DeletionDocument, log: Pick<InvocationContext, "warn">): Promise<void> {
  const { id, told = 0 } = deletion;
  const identity = await container("identity");
  await forgetHere(deletion, log);
  if ((await openOf(deletion.customerId)).length > 0) return;
  await tell(deletion, told + 1);
  if (told > 0) return remove(identity, id, id);
  const dueAt = new Date(Date.now() + toldAgainAfter).toISOString();
  await identity.items.upsert({ ...deletion, dueAt, told: 1 } satisfies DeletionDocument);
}

/** One event a store: what is held lies there by stores. In no archive: it would keep the id that it tells to forget. */
async function tell({ customerId, askedAt }: DeletionDocument, time: number): Promise<void> {
  const { items } = await container("catalog");
  const { resources } = await items.query<string>("SELECT VALUE c.storeId FROM c WHERE c.id = 'page'").fetchAll();
  const events = resources.map((storeId) => {
    // Event ids are logged, so this one does not contain the customer's id.
    const id = `customer-deleted-${storeId}-${sha256(customerId).slice(0, 32)}-${time}`;
    const fact = { type: "crema.customer.deleted.v1" as const, id, service: "identity" as const, storeId };
    const about = `customers/${customerId}`;
    const { event } = eventDocument({ ...fact, about, version: time, correlationid: id, data: { customerId } });
    return outgoing({ ...event, time: askedAt });
  });
  if (events.length > 0) await (await eventGrid()).send(events as Outgoing);
}
