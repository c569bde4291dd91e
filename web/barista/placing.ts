import type { OrderReply, PlaceRequest } from "../../contracts/http.ts";
import type { OrderView } from "../../contracts/order.ts";
import type { Api } from "../lib/api.ts";
import { randomKey } from "../lib/random.ts";

/**
 * One order at the counter, until it is placed. All attempts have the same idempotency key, after any failure: an error may have come after the order
 * was written, from the API or from a host in front of it, and after a refusal nothing is stored under the key.
 */
export class Placing {
  readonly #api: Api;
  readonly #key = randomKey();
  readonly #tried = new Set<string>();

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Places the order, or returns what an earlier attempt has placed. `earlier`: that this is something else than requested now.
   * @throws ApiError, NetworkError
   */
  async place(body: PlaceRequest): Promise<{ reply: OrderReply; earlier: boolean }> {
    this.#tried.add(JSON.stringify(body));
    const headers = { "idempotency-key": this.#key };
    const reply = await this.#api.inStore<OrderReply>("POST", "/orders", { body, headers, repeatable: true });
    return { reply, earlier: this.#tried.size > 1 && !isOf(reply.order, reply.name, body) };
  }
}

/** Whether an order is what a request asked for. */
function isOf({ drink, options = [] }: OrderView, name: string | undefined, body: PlaceRequest): boolean {
  const wished = Object.entries(body.options ?? {}).flatMap(([group, ids]) =>
    [ids].flat().map((id) => `${group}/${id}`),
  );
  const has = options.map(({ group, choice }) => `${group}/${choice}`);
  return drink?.id === body.drinkId && name === body.name && wished.sort().join() === has.sort().join();
}
