import type { CatalogPage } from "../../contracts/catalog.ts";
import type { CallerReply } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import type { App } from "../lib/app.svelte.ts";
import { keep, kept } from "../lib/browser.ts";
import { openOrder } from "./screen.ts";
import type { Visit } from "./visit.svelte.ts";

const key = "crema.last-seen";
/** So many orders, the newest, are enough to look at without a network. */
const most = 10;

/** What a customer's phone showed when it last had an answer, kept for when it has none. The token is elsewhere, and not in here. */
interface LastSeen {
  /** ms, server's time. */
  at: number;
  me: CallerReply;
  page: CatalogPage;
  orders: OrderView[];
}

/** Keeps what is known now; of nobody's visit nothing is kept. @param at when the server was heard from (ms, its time) */
export function keepSeen({ session, snapshot }: Pick<App, "session" | "snapshot">, at: number): void {
  const { me } = session;
  const page = snapshot.published;
  const orders = [...snapshot.orders.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, most);
  keep(key, me && page && ({ at, me, page, orders } satisfies LastSeen));
}

/**
 * Shows what was kept, where no answer is to be had and the same person is still signed in here: what happened since comes with the network. Whether
 * the session is still good, the first answer will tell.
 */
export function showLastSeen({ session, snapshot, store }: App, visit: Visit): void {
  const last = kept(key) as LastSeen | undefined;
  if (last?.page?.storeId !== store || !session.recall(last.me)) return;
  snapshot.takePage(last.page);
  for (const order of last.orders) snapshot.takeOrder(order);
  visit.showKept(openOrder(last.orders, last.at)?.id, last.at);
}
