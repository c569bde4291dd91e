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
 * The delay between the request and the first event, in ms. By then everything in progress (a scan, an order's last step) has arrived. Nothing new can
 * come, since the customer is signed out.
 */
const toldAfter = 2 * 60_000;
/**
 * The delay between the first and the second event, in ms. Event Grid retries an earlier event of the customer for up to a day. If a service fails, the
 * event is sent to it again, for up to another day. The second event deletes data that such late events created.
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
 * Deletes a customer. They are signed out everywhere, and become a new customer if they sign in again. Some minutes later an event tells the services
 * and extensions of every store to delete their data.
 * @throws Refusal `orders-open` with the first open order, `works-here`, `too-many-requests`
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
  // This is written first, so that the sweep continues if the process stops here.
  // The document exists already if the request is repeated because its reply was lost.
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

/** The condition for deletions that the sweep must handle at `@now`. Documents of earlier versions have no `dueAt`. */
export const deletionsDue = "(c.kind = 'deletion' AND (c.dueAt <= @now OR NOT IS_DEFINED(c.dueAt)))";

/**
 * Publishes the event of a deletion, for the first or second time. If it fails, the next sweep tries again, a minute later. So it does while the
 * customer has an open order from a scan that arrived late; nobody can use that order, so it ends soon.
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

/** Publishes one event for each store, since data is stored by store. The event is not archived: the archive would keep the id that is to be deleted. */
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
