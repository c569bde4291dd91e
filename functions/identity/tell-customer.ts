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

/** For so long a message that a phone is ready to fetch is worth anything, in seconds. */
const worth = 30 * 60;

/** What an event means to a customer who looks elsewhere; undefined for most. Pure. */
export function kindOf(event: CremaEvent): { kind: Kind; order: OrderView } | undefined {
  // Placed at the counter it is nobody's.
  if (!("order" in event.data) || event.data.order.counter !== undefined) return undefined;
  if (event.type === "crema.order.ready.v1") return { kind: "ready", order: event.data.order };
  if (event.type === "crema.order.called.v1") return { kind: "called", order: event.data.order };
  if (event.type !== "crema.order.recalled.v1") return undefined;
  const { order } = event.data;
  // Told as ready, and not so after all; what was handed over or cancelled they saw at the counter.
  return order.recalled?.at(-1)?.from === "ready" ? { kind: "recalled", order } : undefined;
}

/** The message for one browser, in its language: what is on the menu, and the store, as their owner calls them in it. Pure. */
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
    // An id of an order without its hyphens has 32 characters, as many as may be.
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
 * Tells the customer of an order what they would miss with the phone in the pocket: in each browser that they want to be told in and are signed in with; by SMS
 * where they asked for one, the store sends them, and no push service took a message. A subscription that its push service knows no more is forgotten;
 * what is not delivered otherwise is said in the log, and matters to nothing else. An event that comes once more is told once, and one that is too old is not.
 * @throws what may pass, where nobody was told, or it is not known whether they were
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
    // A phone that is off gets the push message when it is on again, as it would the SMS.
    if (await pushed(order, subscribed, async (one) => sendPush(one, message(one), key), key, log)) return;
    // The wish for one is taken away with it: however often it comes to this, one is sent.
    if (kind !== "recalled" && page.store.readyTexts) await sendReadyText(order, page.store, log);
  };
  // The SMS by itself sees to it that it is sent once. The mark is kept twice as long as an event is told at all.
  await (subscribed.length > 0 ? toldOnce(event, tell, 2 * worth, log) : tell());
}

/** Whether what an event tells of is so long ago that a message about it is worth nothing: it was held up, or lay among the dead letters. */
const isOld = ({ time }: CremaEvent) => Date.parse(time) + worth * 1000 <= Date.now();

/**
 * Sends to each of these browsers that still counts.
 * @returns whether a push service took a message @throws AggregateError where none did, and it could not be known of all of them whether they count
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
  // By its address: meanwhile the same browser may have subscribed anew. What fails is found out again by the next message.
  if (gone.size > 0) {
    await unsubscribe(customerId, ({ endpoint }) => gone.has(endpoint)).catch((error) => {
      log.warn("A subscription that its push service knows no more could not be forgotten", error);
    });
  }
  return reached;
}

/** Why a subscription does not count any more; undefined where it does. Whoever signed out is told nothing. */
async function whyNot({ key, session, until }: Subscribed, { publicKey }: PushKey): Promise<Outcome | undefined> {
  if (until <= Date.now()) return "gone";
  const { resource } = await (await container("identity")).item(session, session).read<SessionDocument>();
  if (resource === undefined || !isOpen(resource)) return "gone";
  // Kept: this instance may be the one that does not know the new key yet.
  return key === publicKey ? undefined : { failed: "it subscribed with another key than ours" };
}
