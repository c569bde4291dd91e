import { createHash, randomUUID } from "node:crypto";
import type { CatalogPage } from "../../contracts/catalog.ts";
import { mostPlaces } from "../../contracts/documents.ts";
import { doorsAt, letInAgain } from "../../contracts/opening.ts";
import type { OrderView } from "../../contracts/order.ts";
import { businessDay } from "../platform/business-day.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { Refusal } from "../platform/refusal.ts";
import { create } from "../platform/transaction.ts";
import { barChanged } from "./bar.ts";
import { choose, type Wish } from "./choice.ts";
import { asAnswered, type Giver } from "./commands.ts";
import { cupName } from "./names.ts";
import { keptFor, type Order, viewOf } from "./order.ts";
import { eventOf, makeQueue, readOrder } from "./orders-container.ts";
import { type Actor, decide } from "./rules.ts";
import { number } from "./steps.ts";
import { writeTogether } from "./together.ts";

const rounds = 8;
/** The version with the number: admitted, submitted, queued. */
const numbered = 3;

/**
 * Places an order at the counter, for a customer without a phone, and returns it with its number. The place in the queue, the order, both events and
 * the name are written in one transaction. Then the number is assigned at once, so that it can be said aloud; if that fails, the orchestration, which
 * the event starts, assigns it. Idempotent: the same key of the same barista returns the first order (`known`), regardless of the body.
 * @throws Refusal `store-closed`, `store-paused`, `queue-full`, `drink-unavailable`, `choice-unavailable`, `bad-option`, `unknown-store`, `try-again`
 */
export async function place(
  storeId: string,
  wish: Wish,
  name: string | undefined,
  giver: Pick<Giver, "customerId" | "name">,
  options: { key?: string | undefined; traceparent?: string | undefined } = {},
): Promise<{ order: OrderView; known: boolean }> {
  const { key, traceparent } = options;
  const orderId = key === undefined ? randomUUID() : orderIdOf(storeId, giver.customerId, key);
  for (let round = 0; round < rounds; round++) {
    // If the order exists already, the write fails or a check refuses it. So look for it before refusing.
    const { store, menu } = await catalogPage(storeId);
    const now = Date.now();
    const deadline = new Date(now + store.makingMinutes * 60_000).toISOString();
    const actor: Actor = { id: giver.customerId, name: giver.name, parts: ["counter"] };
    const admitted = admittedOrder(
      { storeId, id: orderId },
      name !== undefined,
      actor,
      store.timeZone,
      now,
      traceparent,
    );
    const decision = decide(admitted, { command: "place", wish, choice: choose(menu, wish), deadline }, actor, now);
    const shut = refusalOf(store, now);
    if (shut || decision.kind !== "change") {
      const known = key === undefined ? undefined : await answeredOf(storeId, orderId, traceparent);
      if (known) return { order: known, known: true };
      if (shut) throw shut;
      if (decision.kind !== "refused") throw new TypeError(`A new order cannot be ${decision.kind}.`);
      throw new Refusal(decision.code, decision.detail, decision.errors && { errors: decision.errors });
    }
    const outcome = await writeTogether(storeId, {
      operations: [
        create(decision.order),
        create(eventOf(admitted, "crema.order.admitted.v1", { traceparent })),
        create(eventOf(decision.order, decision.event, { traceparent, causationid: `${orderId}-${admitted.version}` })),
        ...(name === undefined
          ? []
          : [create(cupName(admitted, name, now, store.timeZone, store.makingMinutes * 60_000))]),
      ],
      places: { by: 1, below: store.counterBeyondCapacity === true ? mostPlaces : store.capacity },
    });
    barChanged(storeId);
    const order =
      outcome.done || round > 0 || key !== undefined ? await answeredOf(storeId, orderId, traceparent) : undefined;
    if (order) return { order, known: !outcome.done };
    if (!outcome.done && outcome.at === "queue" && outcome.status === 412) throw full(store);
    if (!outcome.done && outcome.at === "queue") await makeQueue(storeId);
  }
  throw new Refusal("try-again", "Others are ordering right now. Please try again in a moment.");
}

/** An id derived from the key: a UUID of version 8, which is for custom schemes (RFC 9562). */
function orderIdOf(storeId: string, customerId: string, key: string): string {
  const hex = createHash("sha256")
    .update(JSON.stringify([storeId, customerId, key]))
    .digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}

/** The order as it was when it got its number; `undefined` if it does not exist. */
async function answeredOf(storeId: string, orderId: string, traceparent?: string): Promise<OrderView | undefined> {
  let found = await readOrder(storeId, orderId);
  if (found === undefined) return undefined;
  if (found.document.state === "submitted") {
    // The order is placed in any case. If this fails, the orchestration assigns the number a moment later.
    await number({ storeId, orderId }, traceparent).catch(() => {});
    found = (await readOrder(storeId, orderId)) ?? found;
  }
  const { document } = found;
  return document.version <= numbered ? viewOf(document) : asAnswered(document, numbered);
}

function admittedOrder(
  { id, storeId }: Pick<Order, "id" | "storeId">,
  named: boolean,
  actor: Actor,
  timeZone: string,
  now: number,
  traceparent: string | undefined,
): Order {
  const at = new Date(now).toISOString();
  return {
    id,
    kind: "order",
    storeId,
    // The order has no customer. Each one gets a different id, so that they do not seem to be the orders of one guest.
    customerId: `counter-${id}`,
    counter: { named },
    version: 1,
    state: "choosing",
    createdAt: at,
    changedAt: at,
    day: businessDay(now, timeZone),
    start: { ...(traceparent !== undefined && { traceparent }) },
    last: { command: "place", by: actor.id, as: "counter", ...(actor.name && { name: actor.name }) },
    hands: [actor.id],
    keys: [],
    ttl: keptFor,
  };
}

/** Why no new order is accepted. If the owner lets baristas decide, the only reason is that the store is closed for good. */
function refusalOf(store: CatalogPage["store"], now: number): Refusal | undefined {
  if (store.retiredAt !== undefined)
    return new Refusal("store-closed", "The store is closed for good. An admin can bring it back.");
  const doors = doorsAt(store, now);
  if (doors === "open" || store.counterWhileShut === true) return undefined;
  const opensAt = letInAgain(store, now);
  const told = opensAt === undefined ? {} : { opensAt };
  return doors === "paused"
    ? new Refusal("store-paused", "The store is paused: it takes no new orders, not at the counter either.", told)
    : new Refusal("store-closed", "The store is closed. Open it to take orders at the counter.", told);
}

function full({ capacity, counterBeyondCapacity }: CatalogPage["store"]): Refusal {
  const places = counterBeyondCapacity === true ? mostPlaces : capacity;
  return new Refusal("queue-full", `All ${places} places of the queue are taken. Finish an order, then take this one.`);
}
