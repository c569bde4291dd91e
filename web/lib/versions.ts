import type { CodeWindow, OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";

/** How many ended orders are kept. */
const endedKept = 100;
/** For how many orders that have left the list the last shown version is remembered. */
const goneKept = 500;
/**
 * A push normally arrives within a second or two. If it took longer than this many ms and is about an unknown order, that order may have ended long
 * ago.
 */
const belatedAfter = 15_000;

/** The view with the higher version; if they are equal, the one we have. */
export function newer<T extends { version: number }>(have: T | undefined, got: T): T {
  return have === undefined || got.version > have.version ? got : have;
}

/** The same for code windows: a later window is newer than any version of an earlier one. */
export function newerWindow(have: CodeWindow | undefined, got: CodeWindow): CodeWindow {
  if (have === undefined || got.opensAt > have.opensAt) return got;
  return got.opensAt === have.opensAt ? newer(have, got) : have;
}

/**
 * Orders by id, merged from snapshots and pushes in any order of arrival.
 * A snapshot determines which orders there are; what was pushed after its request is kept nevertheless.
 */
export class OrderSet {
  #orders: ReadonlyMap<string, OrderView> = new Map();
  #touched = new Map<string, number>();
  /** Versions of orders that have left the list, oldest first: a push may arrive hours late, and would bring back an order that ended long ago. */
  #gone = new Map<string, number>();
  #turn = 0;

  get all(): ReadonlyMap<string, OrderView> {
    return this.#orders;
  }

  /** Call this before a snapshot is requested; pass the result to {@link replace}. */
  begin(): number {
    return ++this.#turn;
  }

  /**
   * Whether a push is about an order that is not in this list, and about nothing recent. After a delay of hours such an order has ended long ago, so
   * the list has to be fetched. @param now the server's time in ms
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

  /** Takes one order. False if we have this version of it or a later one. */
  put(order: OrderView): boolean {
    if (order.version <= (this.#gone.get(order.id) ?? -1)) return false;
    this.#gone.delete(order.id);
    const have = this.#orders.get(order.id);
    // A repeated push does not outdate a list that was requested since.
    if (newer(have, order) === have) return false;
    this.#touched.set(order.id, ++this.#turn);
    const next = new Map(this.#orders).set(order.id, order);
    if (isFinal(order.state)) this.#forgetOldest(next);
    this.#orders = next;
    return true;
  }

  /** The last ended orders are enough: a screen runs all day, and no push says that they leave the list. */
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

  /** Takes a snapshot that was requested at the turn `since`. */
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
