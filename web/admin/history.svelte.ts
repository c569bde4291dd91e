import type { OrderView } from "../../contracts/order.ts";
import type { Api } from "../lib/api.ts";
import { askPastOrders } from "./calls.ts";
import type { Filters } from "./route.ts";

/** Past orders, page by page. Replies for earlier filters are ignored. */
export class PastOrders {
  orders = $state.raw<OrderView[]>([]);
  loading = $state(false);
  /** Why the last page could not be loaded. */
  error = $state.raw<unknown>();
  /** Whether all pages are loaded. */
  complete = $state(false);
  readonly #api: Api;
  #filters: Filters = {};
  #continuation: string | undefined;
  #round = 0;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Starts again with other filters. */
  async find(filters: Filters): Promise<void> {
    this.forget();
    this.#filters = filters;
    await this.more();
  }

  /** Removes all orders. */
  forget(): void {
    this.#round++;
    this.#continuation = undefined;
    this.orders = [];
    this.complete = this.loading = false;
    this.error = undefined;
  }

  /** Loads the next page, if there is one and it is not being loaded. */
  async more(): Promise<void> {
    if (this.loading || this.complete) return;
    const round = this.#round;
    this.loading = true;
    this.error = undefined;
    try {
      const next = this.#continuation === undefined ? {} : { continuation: this.#continuation };
      const reply = await askPastOrders(this.#api, { ...asked(this.#filters), ...next });
      if (round !== this.#round) return;
      this.orders = [...this.orders, ...reply.orders];
      this.#continuation = reply.continuation;
      this.complete = reply.continuation === undefined;
    } catch (error) {
      if (round === this.#round) this.error = error;
    } finally {
      if (round === this.#round) this.loading = false;
    }
  }
}

/** The query. Without a filter it has to ask for all stored orders, from the earliest possible day. */
export function asked(filters: Filters): Record<string, string> {
  return Object.keys(filters).length === 0 ? { from: "2000-01-01" } : { ...filters };
}
