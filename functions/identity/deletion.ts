import type { InvocationContext } from "@azure/functions";
import { container, eventGrid } from "../platform/clients.ts";
import { eventDocument } from "../platform/outbox-document.ts";
import { type Outgoing, outgoing } from "../platform/outgoing.ts";
import { personalData } from "../platform/personal-data.ts";
import { Refusal } from "../platform/refusal.ts";
import { heldIn, remove } from "../platform/without-person.ts";
import { take } from "./counter.ts";
import { type Customer, worksAt } from "./personal.ts";
import { sha256 } from "./secrets.ts";
import { forgetSession } from "./sessions.ts";

/**
 * The others are told so long, in ms, after somebody asked: what was on its way then (a scan, an order's last step) has arrived, and nothing comes anew, for nobody is
 * signed in.
 */
const toldAfter = 2 * 60_000;
/** A number may be deleted once in so many seconds: whoever has had as many orders as a day allows could begin anew by it again and again. */
const onceIn = 24 * 60 * 60;

/** Somebody who is to be forgotten. Gone once the others have been told. */
export interface DeletionDocument {
  /** `deletion:` and the customer's id. */
  id: string;
  kind: "deletion";
  customerId: string;
  askedAt: string;
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
    throw new Refusal("works-here", "Whoever works at a store is taken off its list of people first.");
  }
  const open = (await Promise.all(personalData().map((held) => held.open?.(customerId) ?? []))).flat();
  const [order] = open;
  if (order) {
    throw new Refusal("orders-open", "An order is still on its way. Cancel it, or wait until it is made.", { order });
  }
  await take({
    of: `deletion of ${phone}`,
    most: 1,
    seconds: onceIn,
    refusal: (retryAt) => new Refusal("too-many-requests", "This number was deleted within the last day.", { retryAt }),
  });
  const deletion: DeletionDocument = {
    id: `deletion:${customerId}`,
    kind: "deletion",
    customerId,
    askedAt: new Date().toISOString(),
  };
  // First of all, so that whatever stops us here the sweep goes on from it.
  await (await container("identity")).items.upsert(deletion);
  await forgetHere(deletion, log);
}

/** What this service holds of somebody. May be done twice. */
async function forgetHere({ customerId }: DeletionDocument, log?: Pick<InvocationContext, "warn">): Promise<void> {
  const identity = await container("identity");
  const query = "SELECT * FROM c WHERE c.customerId = @customerId AND c.kind <> 'deletion'";
  for (const { id, kind } of await heldIn(identity, query, { customerId })) {
    if (kind === "session") await forgetSession(id, log);
    else await remove(identity, id, id);
  }
}

/** Which deletions the sweep has work with, at `@asked`. */
export const deletionsDue = "(c.kind = 'deletion' AND c.askedAt <= @asked)";

/** When somebody asked, at the latest, of whom the others are told at `now` (ms since the epoch). */
export const askedBefore = (now: number): string => new Date(now - toldAfter).toISOString();

/** Tells the others of somebody who asked some minutes ago. What fails is tried again a minute later. */
export async function sweepDeletion(deletion: DeletionDocument, log: Pick<InvocationContext, "warn">): Promise<void> {
  await forgetHere(deletion, log);
  await tell(deletion);
  await remove(await container("identity"), deletion.id, deletion.id);
}

/** One event a store: what is held lies there by stores. In no archive: it would keep the id that it tells to forget. */
async function tell({ customerId, askedAt }: DeletionDocument): Promise<void> {
  const { items } = await container("catalog");
  const { resources } = await items.query<string>("SELECT VALUE c.storeId FROM c WHERE c.id = 'page'").fetchAll();
  const events = resources.map((storeId) => {
    // Ids of events are logged; whose deletion it is need not be.
    const id = `customer-deleted-${storeId}-${sha256(customerId).slice(0, 32)}`;
    const fact = { type: "crema.customer.deleted.v1" as const, id, service: "identity" as const, storeId };
    const about = `customers/${customerId}`;
    const { event } = eventDocument({ ...fact, about, version: 1, correlationid: id, data: { customerId } });
    return outgoing({ ...event, time: askedAt });
  });
  if (events.length > 0) await (await eventGrid()).send(events as Outgoing);
}
