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

/** The queue of a store. */
export interface Queue {
  id: "queue";
  kind: "queue";
  storeId: string;
  /** The number of places that are taken. */
  active: number;
  /** Grows by one whenever `active` changes. */
  version: number;
}

/** An empty queue. */
export function newQueue(storeId: string): Queue {
  return { id: "queue", kind: "queue", storeId, active: 0, version: 0 };
}

/**
 * Creates the queue document of a store: at its first order, or after somebody deleted the document. It then counts the active orders, and uses a
 * version higher than any that screens have seen. Without a queue document no order can enter or leave, so the count stays correct meanwhile.
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
  // If two processes create it at once, either document is correct.
  await transact(orders, storeId, [create({ ...newQueue(storeId), active, version })]);
}

/** The counter for order numbers. It is not part of the queue document, since each change of that is pushed to screens. */
export interface Numbers {
  id: "numbers";
  kind: "numbers";
  storeId: string;
  lastNumber: number;
  /** The business day of `lastNumber`; empty before the first. */
  day: string;
}

/** The counter of a store without numbers. */
export function newNumbers(storeId: string): Numbers {
  return { id: "numbers", kind: "numbers", storeId, lastNumber: 0, day: "" };
}

/** What led to an event. */
export interface Trace {
  /** The trace context of the call, which is used if the order has none of its own. */
  traceparent?: string | undefined;
  causationid?: string | undefined;
}

/** Reads an order. Returns `undefined` for an id that is not a UUID, so that no other document of the partition can be requested. */
export async function readOrder(storeId: string, orderId: string): Promise<Stored<Order> | undefined> {
  if (!orderIdSchema.safeParse(orderId).success) return undefined;
  const stored = await readStored<Order>("orders", storeId, orderId);
  isAbout(stored?.document.start.traceparent);
  return stored;
}

/** An order as this process last wrote it, to be changed with its ETag. See `lastWritten`. */
export function rememberedOrder(storeId: string, orderId: string): Stored<Order> | undefined {
  const known = lastWritten(storeId, orderId);
  isAbout(known?.document.start.traceparent);
  return known;
}

/** Reads the queue of a store; `undefined` before its first order. */
export const readQueue = (storeId: string) => readStored<Queue>("orders", storeId, "queue");
/** Reads the counter for numbers; `undefined` before the first number. */
export const readNumbers = (storeId: string) => readStored<Numbers>("orders", storeId, "numbers");
/** Reads a customer's orders in a store; `undefined` if there were none for a week. */
export const readCustomer = (storeId: string, customerId: string) =>
  readStored<Customer>("orders", storeId, customerDocumentId(customerId));
/** Reads the event of a version of an order; `undefined` after it has expired. */
export const readEvent = (storeId: string, orderId: string, version: number) =>
  readStored<EventDocument>("orders", storeId, orderEventId(orderId, version));

/** An order's event in the archive, with fields that are not published. */
export interface OrderEventDocument extends EventDocument {
  /** Who or what took the step. Contains the id of staff, for the deletion of their data. Missing in events of earlier versions. */
  by?: JourneyStep["who"] & { id?: string };
}

/** The event of an order's current version. One order is one trace, whoever acts on it. */
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
  // The orchestration acts after a scan or to assign a number. All its other commands are due to a deadline.
  const clock = command === "expire" || (as === "workflow" && (command === "call" || command === "give-up"));
  return { ...document, by: { part: clock ? "clock" : as, ...(name && id && { name, id }) } };
}

/** The operations that write an order's next version and its event. */
export function writeNext(
  before: Stored<Order>,
  after: Order,
  event: OrderEventType,
  traceparent: string | undefined,
): [OperationInput, OperationInput] {
  // The cause is the event of the previous version, on which the actor acted.
  const trace: Trace = { traceparent, causationid: orderEventId(after.id, before.document.version) };
  return [replace(after, before.etag), create(eventOf(after, event, trace))];
}

/**
 * Writes an order's next version with its event and all dependent changes (the place in the queue, the customer's open orders) in one transaction.
 * @param capacity the limit for an order that comes back into the queue; an order whose `ready` was a mistake gets its place in any case
 * @returns false if another write came first, `full` if there is no place; in both cases nothing was written
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
  // The order is not the customer's oldest open one, or counts towards another day: read the document and retry.
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
  // An order at the counter has no customer.
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

/** The customer with only those orders that hold a place now. The orders are read after the customer's document, so none is missing. */
export async function withoutServed(customer: Customer): Promise<Customer> {
  const orders = customer.open.map((id) => readStored<Order>("orders", customer.storeId, id));
  return withOnly(
    customer,
    (await Promise.all(orders)).map((stored) => stored?.document),
  );
}

/** The write of the customer's document after an order has left or re-entered the queue. @param looks whether to read the document first */
async function customerChange(before: Order, after: Order, leaves: boolean, looks: boolean): Promise<OperationInput[]> {
  const { storeId, customerId } = after;
  // The order was served, and most customers do not come back that day. It is removed at their next admission.
  if (leaves && countsForDay(after.state)) return [];
  if (leaves && !looks) return [withOldestGone(after)];
  const known = await readCustomer(storeId, customerId);
  if (leaves) return known === undefined ? [] : [replace(withoutOrder(known.document, after), known.etag)];
  const back = withOrderBack(known?.document ?? newCustomer(storeId, customerId, after.day), before);
  return [known === undefined ? create(back) : replace(back, known.etag)];
}
