import type { OrderView } from "../../contracts/order.ts";
import { keep, keptList } from "../lib/browser.ts";
import { cancelReasonOf } from "../lib/reasons.ts";
import { Recent } from "../lib/recent.ts";
import { barista as words } from "../lib/strings/barista.ts";
import { t } from "../lib/text.ts";

/** After this time (ms) nobody needs to see a cancelled order any more. */
const keptFor = 12 * 60 * 60_000;

/**
 * Cancelled or expired orders: they stay, struck through, until somebody has acknowledged them. Each tablet is acknowledged separately, since the
 * barista at another one may have begun the drink.
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

  /** Adds an order. False if it is there, or was acknowledged already. */
  add(order: OrderView): boolean {
    if (this.#seen.has(order.id) || this.orders.some(({ id }) => id === order.id)) return false;
    this.#set([...this.orders, order]);
    return true;
  }

  /** Acknowledges all orders: they disappear, and do not come back. */
  acknowledgeAll(): void {
    for (const { id } of this.orders) this.#seen.add(id);
    this.#set([]);
  }

  /** The order was recalled: if it ends again, it appears again. */
  forget(orderId: string): void {
    this.#seen.delete(orderId);
    if (this.orders.some(({ id }) => id === orderId)) this.#set(this.orders.filter(({ id }) => id !== orderId));
  }

  #set(orders: OrderView[]): void {
    this.orders = orders;
    keep(this.#key, orders);
  }
}

/** Why an order ended, for its ticket. */
export function endOf(order: OrderView): string {
  if (order.state === "expired") return words.endedExpired;
  if (order.end?.by === "customer") return words.endedByCustomer;
  const note = cancelReasonOf(order.end);
  return note === undefined ? words.endedByBarista : t(words.endedByBaristaNote, { note });
}
