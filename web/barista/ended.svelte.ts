import type { OrderView } from "../../contracts/order.ts";
import { keep, keptList } from "../lib/browser.ts";
import { cancelReasonOf } from "../lib/reasons.ts";
import { Recent } from "../lib/recent.ts";
import { barista as words } from "../lib/strings/barista.ts";
import { t } from "../lib/text.ts";

/** After so many hours nobody needs to see any more that an order was cancelled. */
const keptFor = 12 * 60 * 60_000;

/**
 * Orders that were cancelled or expired: they stay, struck through, until somebody has seen them. Seen is by tablet: whoever stands at another one
 * may have begun the drink.
 */
export class Ended {
  orders = $state.raw<OrderView[]>([]);
  readonly #key: string;
  readonly #seen = new Recent<string>();

  constructor(store: string) {
    this.#key = `crema.ended.${store}`;
    const fresh = Date.now() - keptFor;
    this.orders = keptList<OrderView>(this.#key).filter(({ endedAt }) => Date.parse(endedAt ?? "") > fresh);
  }

  /** Strikes an order through. False when it is, or was seen already. */
  add(order: OrderView): boolean {
    if (this.#seen.has(order.id) || this.orders.some(({ id }) => id === order.id)) return false;
    this.#set([...this.orders, order]);
    return true;
  }

  /** Somebody has seen all of them: they go, and do not come again. */
  acknowledgeAll(): void {
    for (const { id } of this.orders) this.#seen.add(id);
    this.#set([]);
  }

  /** It was taken back: should it end again, that is news again. */
  forget(orderId: string): void {
    this.#seen.delete(orderId);
    if (this.orders.some(({ id }) => id === orderId)) this.#set(this.orders.filter(({ id }) => id !== orderId));
  }

  #set(orders: OrderView[]): void {
    this.orders = orders;
    keep(this.#key, orders);
  }
}

/** Why an order ended, as it stands on its struck ticket. */
export function endOf(order: OrderView): string {
  if (order.state === "expired") return words.endedExpired;
  if (order.end?.by === "customer") return words.endedByCustomer;
  const note = cancelReasonOf(order.end);
  return note === undefined ? words.endedByBarista : t(words.endedByBaristaNote, { note });
}
