import type { CatalogPage } from "../../contracts/catalog.ts";
import type { CallerReply } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import type { App } from "../lib/app.svelte.ts";
import { keep, kept } from "../lib/browser.ts";
import { openOrder } from "./screen.ts";
import type { Visit } from "./visit.svelte.ts";

const key = "crema.last-seen";
/** How many orders, newest first, are kept for use without a network. */
const most = 10;

/** The state of the last response, stored for when there is no network. The token is stored elsewhere, not in here. */
interface LastSeen {
  /** ms, server's time. */
  at: number;
  me: CallerReply;
  page: CatalogPage;
  orders: OrderView[];
}

/** Stores the current state; nothing if nobody is signed in. @param at when the server last responded (ms, its time) */
export function keepSeen({ session, snapshot }: Pick<App, "session" | "snapshot">, at: number): void {
  const { me } = session;
  const page = snapshot.published;
  const orders = [...snapshot.orders.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, most);
  keep(key, me && page && ({ at, me, page, orders } satisfies LastSeen));
}

/**
 * Shows the stored state if there is no response and the same user is still signed in here; later changes appear with the network. The first response
 * will show whether the session is still valid.
 */
export function showLastSeen({ session, snapshot, store }: App, visit: Visit): void {
  const last = kept(key) as LastSeen | undefined;
  if (last?.page?.storeId !== store || !session.recall(last.me)) return;
  snapshot.takePage(last.page);
  for (const order of last.orders) snapshot.takeOrder(order);
  visit.showKept(openOrder(last.orders, last.at)?.id, last.at);
}
