import { SvelteMap } from "svelte/reactivity";
import type { OrdersReply } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";
import type { Api } from "../lib/api.ts";

/**
 * The names that were given for cups at the counter, by order. No push tells them: they come with the list, and one is asked for when an order that has
 * one comes by a push. Kept nowhere but here, and until the next list.
 */
export class Names {
  readonly #api: Pick<Api, "order">;
  readonly #names = new SvelteMap<string, string>();
  readonly #asked = new Set<string>();

  constructor(api: Pick<Api, "order">) {
    this.#api = api;
  }

  /** The name that was given for an order, as far as it is known. */
  of({ id }: Pick<OrderView, "id">): string | undefined {
    return this.#names.get(id);
  }

  /** Takes a name in from an answer; without one, the one that is known stays. */
  take(orderId: string, name: string | undefined): void {
    if (name !== undefined) this.#names.set(orderId, name);
  }

  /** Takes the names of a list in, and hands the list on. Those of the board take the place of all there were. */
  from<Reply extends Pick<OrdersReply, "names">>(reply: Reply, of: "board" | "past"): Reply {
    if (of === "board") {
      this.#names.clear();
      this.#asked.clear();
    }
    for (const [orderId, name] of Object.entries(reply.names ?? {})) this.take(orderId, name);
    return reply;
  }

  /** Asks for those that are missing, once each. To be called when orders have come. */
  watch(orders: Iterable<OrderView>): void {
    for (const { id, counter, state } of orders) {
      if (!counter?.named || isFinal(state) || this.#names.has(id) || this.#asked.has(id)) continue;
      this.#asked.add(id);
      this.#api
        .order(id)
        .then(({ name }) => this.take(id, name))
        // The next list has it.
        .catch(() => this.#asked.delete(id));
    }
  }
}
