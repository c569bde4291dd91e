import type { InvocationContext } from "@azure/functions";
import type { CatalogPage } from "../../contracts/catalog.ts";
import type { CremaEvent } from "../../contracts/events.ts";
import { direction } from "../../contracts/languages.ts";
import type { OrderView } from "../../contracts/order.ts";
import { isOpen, type SessionDocument } from "../platform/caller.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { container } from "../platform/clients.ts";
import { type PushKey, pushKey } from "./push-key.ts";
import { reachOf, type Subscribed, unsubscribe } from "./reach.ts";
import { filled, nameIn, reachWords, spoken } from "./reach-words.ts";
import { sendReadyText } from "./ready-text.ts";
import { type Message, type Outcome, sendPush } from "./send-push.ts";

type Page = Pick<CatalogPage, "store" | "menu">;
type Kind = "ready" | "called" | "recalled";

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
 * what is not delivered otherwise is said in the log, and matters to nothing else.
 */
export async function tellCustomer(event: CremaEvent, log: Pick<InvocationContext, "error" | "warn">): Promise<void> {
  const told = kindOf(event);
  if (told === undefined) return;
  const { kind, order } = told;
  const reach = await reachOf(order.customerId);
  if (reach === undefined) return;
  const [key, page] = await Promise.all([pushKey(), catalogPage(order.storeId)]);
  const outcomes = await Promise.all(
    reach.subscribed.map(async (subscribed): Promise<[Subscribed, Outcome]> => {
      const message = messageFor(kind, order, page, subscribed.language);
      return [subscribed, (await whyNot(subscribed, key)) ?? (await sendPush(subscribed, message, key))];
    }),
  );
  for (const [, outcome] of outcomes) {
    if (typeof outcome === "object") log.warn(`Order ${order.id}: a customer was not told of it: ${outcome.failed}`);
  }
  const gone = new Set(outcomes.flatMap(([{ endpoint }, outcome]) => (outcome === "gone" ? [endpoint] : [])));
  // By its address: meanwhile the same browser may have subscribed anew.
  if (gone.size > 0) await unsubscribe(order.customerId, ({ endpoint }) => gone.has(endpoint));
  // A phone that is off gets the push message when it is on again, as it would the SMS.
  const reached = outcomes.some(([, outcome]) => outcome === "taken");
  if (kind !== "recalled" && !reached && page.store.readyTexts) await sendReadyText(order, page.store, log);
}

/** Why a subscription does not count any more; undefined where it does. Whoever signed out is told nothing. */
async function whyNot({ key, session, until }: Subscribed, { publicKey }: PushKey): Promise<Outcome | undefined> {
  if (until <= Date.now()) return "gone";
  const { resource } = await (await container("identity")).item(session, session).read<SessionDocument>();
  if (resource === undefined || !isOpen(resource)) return "gone";
  // Kept: this instance may be the one that does not know the new key yet.
  return key === publicKey ? undefined : { failed: "it subscribed with another key than ours" };
}
