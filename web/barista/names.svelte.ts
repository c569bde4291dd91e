import { SvelteMap } from "svelte/reactivity";
import type { OrdersReply } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";
import type { Api } from "../lib/api.ts";

/**
 * The names for cups at the counter, by order. Pushes do not contain them: they come with the list, and for a pushed order that has one it is
 * requested. Stored only here, until the next list.
 */
export class Names {
  readonly #api: Pick<Api, "order">;
  readonly #names = new SvelteMap<string, string>();
  readonly #asked = new Set<string>();

  constructor(api: Pick<Api, "order">) {
    this.#api = api;
  }

  /** The name for an order, if it is known. */
  of({ id }: Pick<OrderView, "id">): string | undefined {
    return this.#names.get(id);
  }

  /** Takes a name from a reply; without one, the known name stays. */
  take(orderId: string, name: string | undefined): void {
    if (name !== undefined) this.#names.set(orderId, name);
  }

  /** Takes the names of a list, and returns the list. Those of the board replace all others. */
  from<Reply extends Pick<OrdersReply, "names">>(reply: Reply, of: "board" | "past"): Reply {
    if (of === "board") {
      this.#names.clear();
      this.#asked.clear();
    }
    for (const [orderId, name] of Object.entries(reply.names ?? {})) this.take(orderId, name);
    return reply;
  }

  /** Requests the missing names, once each. Call it when orders have arrived. */
  watch(orders: Iterable<OrderView>): void {
    for (const { id, counter, state } of orders) {
      if (!counter?.named || isFinal(state) || this.#names.has(id) || this.#asked.has(id)) continue;
      this.#asked.add(id);
      this.#api
        .order(id)
        .then(({ name }) => this.take(id, name))
        // The next list contains it.
        .catch(() => this.#asked.delete(id));
    }
  }
}
