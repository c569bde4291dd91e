import type { OrdersQuery } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import type { Api } from "../lib/api.ts";

/** Which past orders; what is left empty is not asked for. */
type Given = Record<Extract<keyof OrdersQuery, "day" | "state" | "drink" | "number" | "barista">, string>;

/** Past orders, page after page. What was asked for with earlier filters is not taken in any more. */
export class PastOrders {
  orders = $state.raw<OrderView[]>([]);
  loading = $state(false);
  /** Why the last page did not come. */
  error = $state.raw<unknown>();
  /** Whether there are no more. */
  complete = $state(false);
  readonly #api: Api;
  #filters: Record<string, string> = {};
  #continuation: string | undefined;
  #round = 0;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Begins anew with other filters. */
  async find(given: Given): Promise<void> {
    this.#round++;
    this.#continuation = undefined;
    this.#filters = asked(given);
    this.orders = [];
    this.complete = false;
    this.loading = false;
    await this.more();
  }

  /** The next page, when there is one and it is not on its way. */
  async more(): Promise<void> {
    if (this.loading || this.complete) return;
    const round = this.#round;
    this.loading = true;
    this.error = undefined;
    try {
      const next = this.#continuation === undefined ? {} : { continuation: this.#continuation };
      const reply = await this.#api.pastOrders({ ...this.#filters, ...next });
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

/** Without a filter all that is kept is asked for: since ever. */
function asked(given: Given): Record<string, string> {
  const filled = Object.entries(given).flatMap(([name, value]) => (value.trim() === "" ? [] : [[name, value.trim()]]));
  return filled.length === 0 ? { from: "2000-01-01T00:00:00Z" } : Object.fromEntries(filled);
}
