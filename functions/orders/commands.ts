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
/** How many idempotency keys of the latest commands an order contains. */
const keysKept = 8;

/** A command of a person. */
export type Given =
  | { command: "submit"; version?: number | undefined; wish: Wish }
  | { command: Exclude<OrderCommand, "submit" | "cancel">; version?: number | undefined }
  | { command: "cancel"; version?: number | undefined; note?: string | undefined; why?: CancelReason | undefined };

export interface Giver {
  customerId: string;
  name?: string | undefined;
  barista: boolean;
  admin: boolean;
  /** Whether the person has any role in this store, and may therefore know that the order exists. */
  staff: boolean;
}

/**
 * Executes a command on an order and returns the order afterwards. Idempotent: the same command with the same key gets the first reply again.
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
    // Start reading the menu now. A failure must not matter to a caller who may not submit.
    const page = needsPage.includes(given.command) ? catalogPage(storeId) : undefined;
    page?.catch(() => {});
    const remembered = round === 0 ? rememberedOrder(storeId, orderId) : undefined;
    const before = remembered ?? (await readOrder(storeId, orderId));
    if (before === undefined) throw notFound(orderId);
    const order = before.document;
    const actor = actorOf(order, giver);
    if (actor.parts.length === 0 && !giver.staff) throw notFound(orderId);

    const { key } = options;
    // A caller who may no longer act on the order does not get the first reply again.
    const known = actor.parts.length === 0 ? [] : order.keys;
    const answered = known.find((one) => one.key === key && one.command === given.command && one.by === actor.id);
    if (answered) return asAnswered(order, answered.version);

    const now = Date.now();
    const decision = decide(order, await requestOf(storeId, given, page, now), actor, now);
    // A remembered order may be out of date: it may only be written with its ETag. A refusal needs a fresh read.
    if (remembered && decision.kind !== "change") continue;
    if (decision.kind === "same") return viewOf(order);
    if (decision.kind === "refused") {
      const { code, detail, errors } = decision;
      const told = { ...(errors && { errors }), ...(showsOrder.includes(code) && { order: viewOf(order) }) };
      throw new Refusal(code, detail, told);
    }
    const entry = key === undefined ? undefined : { key, command: given.command, by: actor.id };
    if (given.command === "submit") {
      // The reply is the order with its number, which is the next version.
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

/** The order with a command's idempotency key. @param on how many versions later the order is that the reply contains */
function withKey(order: Order, entry: Entry | undefined, on = 0): Order {
  if (entry === undefined) return order;
  return { ...order, keys: [...order.keys, { ...entry, version: order.version + on }].slice(-keysKept) };
}

/** The refusal if somebody asks for another person's order: it does not reveal that the order exists. */
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
/** Commands that depend on the store's settings or menu. */
const needsPage: readonly OrderCommand[] = ["submit", "recall"];
/** The settings for ready orders, cached: a change may take effect a little later. */
const settingsOf = kept(60_000, async (storeId) => (await catalogPage(storeId)).store);

function actorOf(order: Order, giver: Giver): Actor {
  const parts: Actor["parts"] = [];
  // An order at the counter has no customer.
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
  // These commands do not need the catalog page.
  const { command, version } = given;
  if (command === "cancel") return given;
  if (command === "ready") {
    // A drink is ready even if the settings cannot be read. Then the sweep uses a default.
    const waits = await settingsOf(storeId)
      .then((store) => waitsOf(store, now))
      .catch(() => undefined);
    return { command, version, ...(waits && { waits }) };
  }
  if (command !== "submit" && command !== "recall") return { command, version };
  if (page === undefined) throw new TypeError(`To ${command} an order needs the store's page.`);
  const { store, menu } = await page;
  // From now on the bar has to act. The number will set a new deadline.
  const deadline = new Date(now + store.makingMinutes * 60_000).toISOString();
  if (command === "recall") return { command, version, deadline };
  if (!("wish" in given)) throw new TypeError("A submission needs a wish.");
  return { command: "submit", version, wish: given.wish, choice: choose(menu, given.wish), deadline };
}

/** The minimum time for which a ready order waits, in ms, if it is ready shortly before the end of the business day. */
const waitedForAtLeast = 60 * 60_000;

/** When the customer of an order that is ready now is called again, and when the order is given up: at the end of the business day. */
function waitsOf({ timeZone, notFetchedMinutes = usualNotFetchedMinutes }: CatalogPage["store"], now: number): Waits {
  const callAt = now + notFetchedMinutes * 60_000;
  const until = Math.max(endOfDay(now, timeZone), now + waitedForAtLeast, callAt + waitedForAtLeast / 2);
  return { callAt: new Date(callAt).toISOString(), waitsUntil: new Date(until).toISOString() };
}

/** The order at a version, from the event of that version. */
export async function asAnswered(order: Order, version: number): Promise<OrderView> {
  const stored = await readEvent(order.storeId, order.id, version);
  const data = stored?.document.event.data;
  return data && "order" in data ? orderView.parse(data.order) : viewOf(order);
}
