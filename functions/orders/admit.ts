import type { CatalogPage } from "../../contracts/catalog.ts";
import { doorsAt, letInAgain } from "../../contracts/opening.ts";
import type { RefusalReason } from "../../contracts/order-states.ts";
import type { OrderProgress, OrderStart } from "../../contracts/workflow.ts";
import { businessDay } from "../platform/business-day.ts";
import { standingOfCustomer } from "../platform/caller.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { Refusal } from "../platform/refusal.ts";
import type { Stored } from "../platform/stored.ts";
import { create, replace } from "../platform/transaction.ts";
import { type Customer, limitOf, newCustomer, onDay, withOrder } from "./customer.ts";
import { isLimited } from "./limits.ts";
import { keptFor, type Order, progressOf } from "./order.ts";
import { eventOf, makeQueue, readCustomer, readOrder, type Trace, withoutServed } from "./orders-container.ts";
import { writeTogether } from "./together.ts";
import { wasWritten } from "./written.ts";

const rounds = 10;

/**
 * Activity: admits or refuses an order. Idempotent: a repeated call changes nothing and returns the order's state.
 * The place in the queue, the customer's open orders, the order and its event are written in one transaction.
 * @throws after too many lost rounds of optimistic concurrency, so that the orchestration retries later
 */
export async function admit(start: OrderStart, traceparent?: string): Promise<OrderProgress> {
  const { storeId, orderId, customerId } = start;
  const trace: Trace = { traceparent, causationid: start.causationid };
  for (let round = 0; round < rounds; round++) {
    const [store, known] = await Promise.all([storeSettings(storeId), readCustomer(storeId, customerId)]);
    // If the order exists already, the write of the first round fails. So it is read only from the second round on.
    const existing = round > 0 || store === undefined ? await readOrder(storeId, orderId) : undefined;
    if (existing) return progressOf(existing.document);
    // No event can be written: a store that does not exist has no partition.
    if (store === undefined) return { state: "refused", version: 0, reason: "unknown-store" };

    const now = Date.now();
    const day = businessDay(now, store.timeZone);
    const listed = onDay(known?.document ?? newCustomer(storeId, customerId, day), day);
    const customer = listed.open.length < store.openOrdersPerCustomer ? listed : await withoutServed(listed);
    const limit = await limitFor(customer, store);
    const refuse = (reason: RefusalReason, more: Told = {}) =>
      saveRefused(refusedOrder(start, now, customer.day, reason, more), trace);
    let saved: Order | undefined;
    // A pause has the reason `closed`, with the end of the pause: a new reason would break the app on phones that have an older version.
    if (doorsAt(store, now) !== "open") saved = await refuse("closed", { opensAt: letInAgain(store, now) });
    else if (limit) saved = await refuse("limit", limit);
    else {
      const order = admittedOrder(start, now, customer.day, store.choosingMinutes);
      const outcome = await saveAdmitted(order, customer, known, store.capacity, trace);
      saved = outcome === "full" ? await refuse("full") : outcome;
    }
    if (saved) return progressOf(saved);
  }
  throw new Error(`Order ${orderId} could not be admitted in ${rounds} rounds: others were first each time.`);
}

async function storeSettings(storeId: string): Promise<CatalogPage["store"] | undefined> {
  try {
    return (await catalogPage(storeId)).store;
  } catch (error) {
    if (error instanceof Refusal && error.problem.code === "unknown-store") return undefined;
    throw error;
  }
}

/** The limit that the customer has reached, if any. Their current role is read only if it matters. */
async function limitFor(customer: Customer, store: CatalogPage["store"]): Promise<ReturnType<typeof limitOf>> {
  const limit = limitOf(customer, store);
  if (limit === undefined || store.staffWithoutLimits !== true) return limit;
  const { roles } = await standingOfCustomer(customer.storeId, customer.id.slice("customer:".length));
  return isLimited(store, roles) ? limit : undefined;
}

function newOrder(
  { orderId, storeId, customerId, window, causationid, scan, traceparent }: OrderStart,
  now: number,
  day: string,
) {
  const at = new Date(now).toISOString();
  return {
    id: orderId,
    kind: "order" as const,
    storeId,
    customerId,
    version: 1,
    createdAt: at,
    changedAt: at,
    day,
    start: { window, causationid, ...(scan && { scan }), ...(traceparent === undefined ? {} : { traceparent }) },
    keys: [],
    ttl: keptFor,
  };
}

function admittedOrder(start: OrderStart, now: number, day: string, choosingMinutes: number): Order {
  const deadline = new Date(now + choosingMinutes * 60_000).toISOString();
  return { ...newOrder(start, now, day), state: "choosing", deadline };
}

/** Details besides the reason. */
type Told = Pick<NonNullable<Order["end"]>, "openOrderId" | "opensAt">;

function refusedOrder(start: OrderStart, now: number, day: string, reason: RefusalReason, more: Told): Order {
  const order = newOrder(start, now, day);
  const told = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
  const end = { by: "system" as const, reason, ...told };
  return { ...order, state: "refused", endedAt: order.createdAt, end };
}

/** @returns `undefined` if the order exists already */
async function saveRefused(order: Order, trace: Trace): Promise<Order | undefined> {
  const operations = [create(order), create(eventOf(order, "crema.order.refused.v1", trace))];
  const outcome = await writeTogether(order.storeId, { operations });
  return outcome.done ? order : undefined;
}

/** @returns `undefined` if another write came first and everything must be read again */
async function saveAdmitted(
  order: Order,
  customer: ReturnType<typeof newCustomer>,
  known: Stored<unknown> | undefined,
  capacity: number,
  trace: Trace,
): Promise<Order | "full" | undefined> {
  const after = withOrder(customer, order.id);
  const outcome = await writeTogether(order.storeId, {
    operations: [
      create(order),
      create(eventOf(order, "crema.order.admitted.v1", trace)),
      known === undefined ? create(after) : replace(after, known.etag),
    ],
    places: { by: 1, below: capacity },
  });
  if (outcome.done) {
    wasWritten(order, outcome.etags[0]);
    return order;
  }
  if (outcome.at === "queue" && outcome.status === 412) return "full";
  if (outcome.at === "queue") await makeQueue(order.storeId);
  return undefined;
}
