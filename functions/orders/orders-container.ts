import type { OperationInput } from "@azure/cosmos";
import { orderId as orderIdSchema } from "../../contracts/common.ts";
import { type OrderEventType, orderEventId } from "../../contracts/events.ts";
import type { JourneyStep } from "../../contracts/journey.ts";
import { activeStates, countsForDay } from "../../contracts/order-states.ts";
import { container } from "../platform/clients.ts";
import { isAbout } from "../platform/order-trace.ts";
import { type EventDocument, eventDocument } from "../platform/outbox-document.ts";
import { readStored, type Stored } from "../platform/stored.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { barChanged } from "./bar.ts";
import {
  type Customer,
  customerDocumentId,
  newCustomer,
  withOldestGone,
  withOnly,
  withOrderBack,
  withoutOrder,
} from "./customer.ts";
import { type Order, viewOf } from "./order.ts";
import { givesPlaceBack, takesPlace } from "./rules.ts";
import { writeTogether } from "./together.ts";
import { lastWritten, wasWritten } from "./written.ts";

/** The queue of a store: its places. */
export interface Queue {
  id: "queue";
  kind: "queue";
  storeId: string;
  /** Places taken. */
  active: number;
  /** Grows by one whenever `active` changes. */
  version: number;
}

/** The queue of a store in which nobody has a place yet. */
export function newQueue(storeId: string): Queue {
  return { id: "queue", kind: "queue", storeId, active: 0, version: 0 };
}

/**
 * Makes the queue of a store that has none: at its first order, and when someone removed the document. Then the places are those that orders hold,
 * and the version is beyond any that screens have seen. Without a queue no order comes or goes, so the count stays true while it is made.
 */
export async function makeQueue(storeId: string): Promise<void> {
  const orders = await container("orders");
  const count = async (condition: string) => {
    const query = `SELECT VALUE COUNT(1) FROM c WHERE c.kind = 'order' AND ${condition}`;
    const { resources } = await orders.items.query<number>(query, { partitionKey: storeId }).fetchAll();
    return resources[0] ?? 0;
  };
  const active = await count(`c.state IN (${activeStates.map((state) => `'${state}'`).join(", ")})`);
  const version = (await count("true")) === 0 ? 0 : Math.floor(Date.now() / 1000);
  // When two make it at once, either will do.
  await transact(orders, storeId, [create({ ...newQueue(storeId), active, version })]);
}

/** The numbers of a store's orders. Not a part of the queue: each of that document's changes is told to screens. */
export interface Numbers {
  id: "numbers";
  kind: "numbers";
  storeId: string;
  lastNumber: number;
  /** The business day of `lastNumber`; empty before the first. */
  day: string;
}

/** The numbers of a store that has given none yet. */
export function newNumbers(storeId: string): Numbers {
  return { id: "numbers", kind: "numbers", storeId, lastNumber: 0, day: "" };
}

/** Where an event comes from. */
export interface Trace {
  /** Of the call that it comes of; used where the order has no trace of its own. */
  traceparent?: string | undefined;
  causationid?: string | undefined;
}

/** An order; `undefined` also for an id that is none, so that no other document of the partition can be asked for. */
export async function readOrder(storeId: string, orderId: string): Promise<Stored<Order> | undefined> {
  if (!orderIdSchema.safeParse(orderId).success) return undefined;
  const stored = await readStored<Order>("orders", storeId, orderId);
  isAbout(stored?.document.start.traceparent);
  return stored;
}

/** An order as this process wrote it last, to be changed under its ETag. See `lastWritten`. */
export function rememberedOrder(storeId: string, orderId: string): Stored<Order> | undefined {
  const known = lastWritten(storeId, orderId);
  isAbout(known?.document.start.traceparent);
  return known;
}

/** The queue of a store; `undefined` before its first order. */
export const readQueue = (storeId: string) => readStored<Queue>("orders", storeId, "queue");
/** The numbers of a store; `undefined` before its first. */
export const readNumbers = (storeId: string) => readStored<Numbers>("orders", storeId, "numbers");
/** What a customer has in a store; `undefined` of one whom it does not know, or has not seen for a week. */
export const readCustomer = (storeId: string, customerId: string) =>
  readStored<Customer>("orders", storeId, customerDocumentId(customerId));
/** The event of a version of an order; `undefined` once it is not kept any more. */
export const readEvent = (storeId: string, orderId: string, version: number) =>
  readStored<EventDocument>("orders", storeId, orderEventId(orderId, version));

/** An order's event in the archive, with what is kept beside it and told to no subscriber. */
export interface OrderEventDocument extends EventDocument {
  /** Who or what did it, with the id of whoever works here, for when they are forgotten; missing with events of before that was kept. */
  by?: JourneyStep["who"] & { id?: string };
}

/** The event that tells of an order's present version: one order is one trace, whoever acted on it. */
export function eventOf(order: Order, type: OrderEventType, { traceparent, causationid }: Trace): OrderEventDocument {
  const document = eventDocument({
    type,
    id: orderEventId(order.id, order.version),
    service: "orders",
    storeId: order.storeId,
    about: `orders/${order.id}`,
    version: order.version,
    correlationid: order.id,
    causationid,
    traceparent: order.start.traceparent ?? traceparent,
    data: { order: viewOf(order) },
  });
  const { as = "workflow", name, by: id, command } = order.last ?? {};
  // The workflow numbers, and is told by scans: all else it does because its time has come.
  const clock = command === "expire" || (as === "workflow" && (command === "call" || command === "give-up"));
  return { ...document, by: { part: clock ? "clock" : as, ...(name && id && { name, id }) } };
}

/** An order's next version and its event. */
export function writeNext(
  before: Stored<Order>,
  after: Order,
  event: OrderEventType,
  traceparent: string | undefined,
): [OperationInput, OperationInput] {
  // Whoever acts on an order acts on what its last event told.
  const trace: Trace = { traceparent, causationid: orderEventId(after.id, before.document.version) };
  return [replace(after, before.etag), create(eventOf(after, event, trace))];
}

/**
 * Writes an order's next version with its event and all that follows from it (a place in the queue given back or taken again, the customer's
 * open orders), together or not at all.
 * @param capacity places that the queue may have for one that comes back into it; what only is not made yet after all has its place in any case
 * @returns false when someone else wrote first, `full` when there is no place; then nothing was written.
 */
export async function saveNext(
  before: Stored<Order>,
  after: Order,
  event: OrderEventType,
  traceparent: string | undefined,
  capacity?: number,
): Promise<boolean | "full"> {
  const outcome = await trySaving(before, after, event, traceparent, { capacity });
  if (outcome !== "look") return outcome;
  // It was not the oldest that the customer has open, or counts for another day: that takes a look.
  return (await trySaving(before, after, event, traceparent, { capacity, looks: true })) === true;
}

async function trySaving(
  before: Stored<Order>,
  after: Order,
  event: OrderEventType,
  traceparent: string | undefined,
  { capacity, looks = false }: { capacity?: number | undefined; looks?: boolean },
): Promise<boolean | "full" | "look"> {
  const operations = [...writeNext(before, after, event, traceparent)];
  const customerAt = operations.length;
  const leaves = givesPlaceBack(before.document.state, after.state);
  const comes = takesPlace(before.document.state, after.state);
  // What was placed at the counter is nobody's.
  if ((leaves || comes) && !after.counter) {
    operations.push(...(await customerChange(before.document, after, leaves, looks)));
  }
  const below = comes && after.state === "queued" ? capacity : undefined;
  const places = leaves || comes ? { by: leaves ? (-1 as const) : (1 as const), below } : undefined;
  const outcome = await writeTogether(after.storeId, { operations, places });
  barChanged(after.storeId);
  wasWritten(after, outcome.done ? outcome.etags[0] : undefined);
  if (outcome.done) return true;
  if (outcome.at === customerAt && leaves && !looks) return "look";
  if (outcome.at !== "queue") return false;
  if (outcome.status === 412) return "full";
  await makeQueue(after.storeId);
  return false;
}

/** The customer with those orders only that hold a place now. Read after the document that names them, so none is missing that is there. */
export async function withoutServed(customer: Customer): Promise<Customer> {
  const orders = customer.open.map((id) => readStored<Order>("orders", customer.storeId, id));
  return withOnly(
    customer,
    (await Promise.all(orders)).map((stored) => stored?.document),
  );
}

/** What a customer has open once an order of theirs has left the queue or is back in it. @param looks whether the document is read first */
async function customerChange(before: Order, after: Order, leaves: boolean, looks: boolean): Promise<OperationInput[]> {
  const { storeId, customerId } = after;
  // Each is served, and most come no more that day: it is crossed off when they do.
  if (leaves && countsForDay(after.state)) return [];
  if (leaves && !looks) return [withOldestGone(after)];
  const known = await readCustomer(storeId, customerId);
  if (leaves) return known === undefined ? [] : [replace(withoutOrder(known.document, after), known.etag)];
  const back = withOrderBack(known?.document ?? newCustomer(storeId, customerId, after.day), before);
  return [known === undefined ? create(back) : replace(back, known.etag)];
}
