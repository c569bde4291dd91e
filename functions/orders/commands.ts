import type { CatalogPage } from "../../contracts/catalog.ts";
import { type OrderView, orderView } from "../../contracts/order.ts";
import { type CancelReason, type OrderCommand, usualNotFetchedMinutes } from "../../contracts/order-states.ts";
import { endOfDay } from "../platform/business-day.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { kept } from "../platform/kept.ts";
import { Refusal } from "../platform/refusal.ts";
import { choose, type Wish } from "./choice.ts";
import { submitNumbered } from "./numbering.ts";
import { type Order, viewOf } from "./order.ts";
import { readEvent, readOrder, rememberedOrder, saveNext } from "./orders-container.ts";
import { type Actor, decide, type Request, type Waits } from "./rules.ts";

const rounds = 8;
/** So many keys of the latest commands are remembered with an order. */
const keysKept = 8;

/** A command as a person gives it. */
export type Given =
  | { command: "submit"; version?: number | undefined; wish: Wish }
  | { command: Exclude<OrderCommand, "submit" | "cancel">; version?: number | undefined }
  | { command: "cancel"; version?: number | undefined; note?: string | undefined; why?: CancelReason | undefined };

export interface Giver {
  customerId: string;
  name?: string | undefined;
  barista: boolean;
  admin: boolean;
  /** Works in this store in any role: may know that the order exists. */
  staff: boolean;
}

/**
 * Gives an order a command and returns the order after it. The same command with the same key is answered as the first time.
 * @throws Refusal
 */
export async function command(
  storeId: string,
  orderId: string,
  given: Given,
  giver: Giver,
  options: { key?: string | undefined; traceparent?: string | undefined } = {},
): Promise<OrderView> {
  for (let round = 0; round < rounds; round++) {
    // The menu is on its way meanwhile; whether it is there matters to nobody who may not submit.
    const page = needsPage.includes(given.command) ? catalogPage(storeId) : undefined;
    page?.catch(() => {});
    const remembered = round === 0 ? rememberedOrder(storeId, orderId) : undefined;
    const before = remembered ?? (await readOrder(storeId, orderId));
    if (before === undefined) throw notFound(orderId);
    const order = before.document;
    const actor = actorOf(order, giver);
    if (actor.parts.length === 0 && !giver.staff) throw notFound(orderId);

    const { key } = options;
    // Who may act on the order no more is not told again what they were told then.
    const known = actor.parts.length === 0 ? [] : order.keys;
    const answered = known.find((one) => one.key === key && one.command === given.command && one.by === actor.id);
    if (answered) return asAnswered(order, answered.version);

    const now = Date.now();
    const decision = decide(order, await requestOf(storeId, given, page, now), actor, now);
    // By what may be old it is only changed, as just this version; what else is said of an order is said of it as it is.
    if (remembered && decision.kind !== "change") continue;
    if (decision.kind === "same") return viewOf(order);
    if (decision.kind === "refused") {
      const { code, detail, errors } = decision;
      const told = { ...(errors && { errors }), ...(showsOrder.includes(code) && { order: viewOf(order) }) };
      throw new Refusal(code, detail, told);
    }
    const entry = key === undefined ? undefined : { key, command: given.command, by: actor.id };
    if (given.command === "submit") {
      // What is answered is the order with its number, which is one version on.
      const submitted = withKey(decision.order, entry, 1);
      const numbered = await submitNumbered({ before, submitted, event: decision.event }, options.traceparent);
      if (numbered) return viewOf(numbered);
      continue;
    }
    const next = withKey(decision.order, entry);
    const capacity = given.command === "recall" ? (await page)?.store.capacity : undefined;
    const saved = await saveNext(before, next, decision.event, options.traceparent, capacity);
    if (saved === "full") {
      const detail = `All ${capacity} places of the queue are taken. Finish an order, then take this one back.`;
      throw new Refusal("queue-full", detail, { order: viewOf(order) });
    }
    if (saved) return viewOf(next);
  }
  throw new Refusal("try-again", "Others are changing this order right now. Please try again in a moment.");
}

type Entry = Omit<Order["keys"][number], "version">;

/** The order that remembers a command's key. @param on how many versions after this one it is answered with */
function withKey(order: Order, entry: Entry | undefined, on = 0): Order {
  if (entry === undefined) return order;
  return { ...order, keys: [...order.keys, { ...entry, version: order.version + on }].slice(-keysKept) };
}

/** Nobody learns of an order that is not theirs. */
export function notFound(orderId: string): Refusal {
  return new Refusal("not-found", `There is no order "${orderId}" here, or it has not begun yet.`);
}

const showsOrder = [
  "order-state",
  "order-version",
  "order-held",
  "recall-over",
  "drink-unavailable",
  "choice-unavailable",
];
/** Commands that the store's settings or menu have a say in. */
const needsPage: readonly OrderCommand[] = ["submit", "recall"];
/** Settings for what is ready; ones that were changed may wait a little. */
const settingsOf = kept(60_000, async (storeId) => (await catalogPage(storeId)).store);

function actorOf(order: Order, giver: Giver): Actor {
  const parts: Actor["parts"] = [];
  // What was placed at the counter has nobody for its customer.
  if (order.counter === undefined && order.customerId === giver.customerId) parts.push("customer");
  if (giver.barista) parts.push("barista");
  if (giver.admin) parts.push("admin");
  return { id: giver.customerId, name: giver.name, parts };
}

async function requestOf(
  storeId: string,
  given: Given,
  page: Promise<CatalogPage> | undefined,
  now: number,
): Promise<Request> {
  // These want nothing of the page.
  const { command, version } = given;
  if (command === "cancel") return given;
  if (command === "ready") {
    // What is made is ready, whether or not the settings can be read: then the sweep waits for as long as it thinks right.
    const waits = await settingsOf(storeId)
      .then((store) => waitsOf(store, now))
      .catch(() => undefined);
    return { command, version, ...(waits && { waits }) };
  }
  if (command !== "submit" && command !== "recall") return { command, version };
  if (page === undefined) throw new TypeError(`To ${command} an order needs the store's page.`);
  const { store, menu } = await page;
  // From now on it is the stand's turn; the number brings a deadline of its own.
  const deadline = new Date(now + store.makingMinutes * 60_000).toISOString();
  if (command === "recall") return { command, version, deadline };
  if (!("wish" in given)) throw new TypeError("A submission needs a wish.");
  return { command: "submit", version, wish: given.wish, choice: choose(menu, given.wish), deadline };
}

/** An order that is ready shortly before the end of its day is waited for so long, in ms. */
const waitedForAtLeast = 60 * 60_000;

/** How long an order that is ready now waits: its customer is called once more, and at the end of the business day it is given up. */
function waitsOf({ timeZone, notFetchedMinutes = usualNotFetchedMinutes }: CatalogPage["store"], now: number): Waits {
  const callAt = now + notFetchedMinutes * 60_000;
  const until = Math.max(endOfDay(now, timeZone), now + waitedForAtLeast, callAt + waitedForAtLeast / 2);
  return { callAt: new Date(callAt).toISOString(), waitsUntil: new Date(until).toISOString() };
}

/** The order as it was after a version was made: the event of that version holds it. */
export async function asAnswered(order: Order, version: number): Promise<OrderView> {
  const stored = await readEvent(order.storeId, order.id, version);
  const data = stored?.document.event.data;
  return data && "order" in data ? orderView.parse(data.order) : viewOf(order);
}
