import type { InvocationContext } from "@azure/functions";
import type { CatalogPage } from "../../contracts/catalog.ts";
import type { CremaEvent } from "../../contracts/events.ts";
import { direction } from "../../contracts/languages.ts";
import type { OrderView } from "../../contracts/order.ts";
import { throwAll } from "../platform/all-ended.ts";
import { isOpen, type SessionDocument } from "../platform/caller.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { container } from "../platform/clients.ts";
import { type PushKey, pushKey } from "./push-key.ts";
import { reachOf, type Subscribed, unsubscribe } from "./reach.ts";
import { filled, nameIn, reachWords, spoken } from "./reach-words.ts";
import { sendReadyText } from "./ready-text.ts";
import { type Message, type Outcome, sendPush } from "./send-push.ts";
import { toldOnce } from "./told-once.ts";

type Page = Pick<CatalogPage, "store" | "menu">;
type Kind = "ready" | "called" | "recalled";
type Log = Pick<InvocationContext, "error" | "warn">;

/** How long a message about an order is useful, in seconds. */
const worth = 30 * 60;

/** The notification that an event causes; `undefined` for most events. Pure. */
export function kindOf(event: CremaEvent): { kind: Kind; order: OrderView } | undefined {
  // An order taken at the counter has no customer.
  if (!("order" in event.data) || event.data.order.counter !== undefined) return undefined;
  if (event.type === "crema.order.ready.v1") return { kind: "ready", order: event.data.order };
  if (event.type === "crema.order.called.v1") return { kind: "called", order: event.data.order };
  if (event.type !== "crema.order.recalled.v1") return undefined;
  const { order } = event.data;
  // Only if the customer was notified that it is ready. They saw at the counter that it was handed over or cancelled.
  return order.recalled?.at(-1)?.from === "ready" ? { kind: "recalled", order } : undefined;
}

/** The push message for one browser, in its language, with the owner's translations of the drink and the store. Pure. */
export function messageFor(kind: Kind, order: OrderView, { store, menu }: Page, language: string): Message {
  const said = spoken(language);
  const drink = menu.find(({ id }) => id === order.drink?.id) ?? order.drink;
  const values = {
    number: String(order.number ?? ""),
    drink: drink === undefined ? "" : nameIn(drink, said),
    store: nameIn(store, said),
  };
  const { title, body } = reachWords[said][kind];
  return {
    ttl: worth,
    // An order id without hyphens has 32 characters, the maximum of a topic.
    topic: order.id.replaceAll("-", ""),
    data: {
      kind,
      order: order.id,
      store: order.storeId,
      version: order.version,
      title: filled(title, values, said),
      body: filled(body, values, said),
      lang: said,
      dir: direction(said),
    },
  };
}

/**
 * Notifies the customer of an order: by push message in each browser that has a subscription and an open session; by SMS if they requested one, the store
 * sends texts, and no push service accepted a message. Subscriptions that their push service no longer knows are deleted. Other failures are logged and
 * affect nothing else. A repeated event causes no second notification, and an event that is too old causes none.
 * @throws transient errors, if no message was sent or it is unknown whether one was
 */
export async function tellCustomer(event: CremaEvent, log: Log): Promise<void> {
  const told = kindOf(event);
  if (told === undefined || isOld(event)) return;
  const { kind, order } = told;
  const reach = await reachOf(order.customerId);
  if (reach === undefined) return;
  const [key, page] = await Promise.all([pushKey(), catalogPage(order.storeId)]);
  const { subscribed } = reach;
  const message = ({ language }: Subscribed) => messageFor(kind, order, page, language);
  const tell = async () => {
    // An accepted push message is enough: a phone that is off receives it later, just like an SMS.
    if (await pushed(order, subscribed, async (one) => sendPush(one, message(one), key), key, log)) return;
    // Sending removes the request for an SMS, so a repeated event does not send another one.
    if (kind !== "recalled" && page.store.readyTexts) await sendReadyText(order, page.store, log);
  };
  // The SMS alone needs no marker, since it is sent only once anyway. The marker is kept for twice the time in which an event is handled.
  await (subscribed.length > 0 ? toldOnce(event, tell, 2 * worth, log) : tell());
}

/** Whether an event is too old for a message to be useful: it was delayed, or replayed from the dead letters. */
const isOld = ({ time }: CremaEvent) => Date.parse(time) + worth * 1000 <= Date.now();

/**
 * Sends a message to each browser whose subscription is still valid.
 * @returns whether a push service accepted a message
 * @throws AggregateError if none did, and for some subscriptions it could not be determined whether they are valid
 */
async function pushed(
  { id, customerId }: OrderView,
  subscribed: readonly Subscribed[],
  send: (one: Subscribed) => Promise<Outcome>,
  key: PushKey,
  log: Log,
): Promise<boolean> {
  const sent = await Promise.allSettled(
    subscribed.map(async (one): Promise<[Subscribed, Outcome]> => [one, (await whyNot(one, key)) ?? (await send(one))]),
  );
  const outcomes = sent.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = sent.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  const reached = outcomes.some(([, outcome]) => outcome === "taken");
  if (!reached) throwAll(failed);
  const why = outcomes.flatMap(([, outcome]) => (typeof outcome === "object" ? [outcome.failed] : []));
  for (const each of [...why, ...failed]) log.warn(`Order ${id}: a customer was not told of it: ${each}`);
  const gone = new Set(outcomes.flatMap(([{ endpoint }, outcome]) => (outcome === "gone" ? [endpoint] : [])));
  // By endpoint, since the same browser may have a new subscription by now. If this fails, the next message tries again.
  if (gone.size > 0) {
    await unsubscribe(customerId, ({ endpoint }) => gone.has(endpoint)).catch((error) => {
      log.warn("A subscription that its push service knows no more could not be forgotten", error);
    });
  }
  return reached;
}

/** Why a subscription cannot be used; `undefined` if it can. A customer who has signed out gets no messages. */
async function whyNot({ key, session, until }: Subscribed, { publicKey }: PushKey): Promise<Outcome | undefined> {
  if (until <= Date.now()) return "gone";
  const { resource } = await (await container("identity")).item(session, session).read<SessionDocument>();
  if (resource === undefined || !isOpen(resource)) return "gone";
  // Do not delete the subscription: this instance may not know the new key yet.
  return key === publicKey ? undefined : { failed: "it subscribed with another key than ours" };
}
