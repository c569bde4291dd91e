import type { CodeWindow, OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";

/** So many orders that have ended are kept. */
const endedKept = 100;
/** Of so many that have left the list it is known which version of them was shown. */
const goneKept = 500;
/** A push is with a screen within a second or two. What it tells of an order that the screen does not know may be long over when it took longer than so many ms. */
const belatedAfter = 15_000;

/** Of two views of one thing the one with the higher version; of equals the one we have. */
export function newer<T extends { version: number }>(have: T | undefined, got: T): T {
  return have === undefined || got.version > have.version ? got : have;
}

/** The same for code windows: a later window is newer than any version of an earlier one. */
export function newerWindow(have: CodeWindow | undefined, got: CodeWindow): CodeWindow {
  if (have === undefined || got.opensAt > have.opensAt) return got;
  return got.opensAt === have.opensAt ? newer(have, got) : have;
}

/**
 * Orders by id, put together from snapshots and pushes in whatever order they come in.
 * A snapshot says which orders there are; what was pushed after it was asked for stays nevertheless.
 */
export class OrderSet {
  #orders: ReadonlyMap<string, OrderView> = new Map();
  #touched = new Map<string, number>();
  /** Versions of those that have left the list, oldest first: a push may come hours late, and would bring back an order that is long over. */
  #gone = new Map<string, number>();
  #turn = 0;

  get all(): ReadonlyMap<string, OrderView> {
    return this.#orders;
  }

  /** To be called before a snapshot is asked for; hand what it returns to {@link replace}. */
  begin(): number {
    return ++this.#turn;
  }

  /**
   * Whether a push tells of an order that this list knows nothing of, and of nothing that happened just now: one that is long over when it was held up for
   * hours, so that the list has to be asked for. @param now the server's time in ms
   */
  doubts({
    order,
    happened,
    now,
  }: {
    order: Pick<OrderView, "id">;
    happened: readonly (string | undefined)[];
    now: number;
  }): boolean {
    if (this.#orders.has(order.id) || this.#gone.has(order.id)) return false;
    return happened.every((at) => at === undefined || Date.parse(at) < now - belatedAfter);
  }

  /** Takes one order in. False when we have this version of it or a later one. */
  put(order: OrderView): boolean {
    if (order.version <= (this.#gone.get(order.id) ?? -1)) return false;
    this.#gone.delete(order.id);
    const have = this.#orders.get(order.id);
    // Told once more, it says nothing against a list that has been asked for since.
    if (newer(have, order) === have) return false;
    this.#touched.set(order.id, ++this.#turn);
    const next = new Map(this.#orders).set(order.id, order);
    if (isFinal(order.state)) this.#forgetOldest(next);
    this.#orders = next;
    return true;
  }

  /** Of those that have ended the last ones are enough: a screen lives for a day, and no push tells of their leaving the list. */
  #forgetOldest(orders: Map<string, OrderView>): void {
    const ended = [...orders.values()].filter(({ state }) => isFinal(state));
    if (ended.length <= endedKept) return;
    ended.sort((a, b) => (a.endedAt ?? a.createdAt).localeCompare(b.endedAt ?? b.createdAt));
    for (const { id, version } of ended.slice(0, ended.length - endedKept)) {
      orders.delete(id);
      this.#leave(id, version);
      this.#touched.delete(id);
    }
  }

  /** Takes a snapshot in that was asked for at the turn `since`. */
  replace(orders: readonly OrderView[], since: number): void {
    const next = new Map<string, OrderView>();
    for (const order of orders) next.set(order.id, newer(this.#orders.get(order.id), order));
    for (const [id, order] of this.#orders) {
      if (next.has(id)) continue;
      if ((this.#touched.get(id) ?? 0) > since) next.set(id, order);
      else this.#leave(id, order.version);
    }
    for (const id of next.keys()) this.#gone.delete(id);
    for (const id of this.#touched.keys()) if (!next.has(id)) this.#touched.delete(id);
    this.#orders = next;
  }

  #leave(id: string, version: number): void {
    this.#gone.set(id, version);
    if (this.#gone.size > goneKept) for (const oldest of this.#gone.keys()) return void this.#gone.delete(oldest);
  }
}
