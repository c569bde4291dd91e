import type { OrderView } from "../../contracts/order.ts";
import { isFinal } from "../../contracts/order-states.ts";
import { codeOf } from "../../web/lib/api.ts";
import type { Device } from "./device.ts";
import { second } from "./habits.ts";
import type { Life } from "./life.ts";

/** Delays between polls for an order that was just created, in ms, as in the customer's app. */
const looks = [300, 500, 800, 1200, 1500, 2000, 2500, 3000];
/** How long a guest stays after the bar has cancelled their order, in ms. */
const amazedFor = 10 * second;
/** Delay between two polls of the queue by a guest with the phone in hand, in ms. */
const lookEvery = 20 * second;

/** The orders of a guest, as seen on their phone. */
export class OwnOrders {
  readonly #life: Life;
  readonly #device: Device;
  readonly #looksEvery: number;

  constructor(life: Life, device: Device, looksEvery = lookEvery) {
    this.#life = life;
    this.#device = device;
    this.#looksEvery = looksEvery;
  }

  /** The order once it exists: pushed or polled. */
  async find(orderId: string): Promise<OrderView | undefined> {
    const device = this.#device;
    const life = this.#life;
    const end = life.time.now() + life.moment;
    for (let n = 0; ; n++) {
      const pause = (looks[n] ?? 3_000) * Math.max(1, life.time.speed);
      const told = await device.until(() => device.orders.get(orderId), pause);
      if (told !== undefined) return told;
      if (life.time.now() > end) {
        // A guest who signed out meanwhile on another device does not see their orders here.
        if (!device.signedIn) return undefined;
        life.ledger.error(`Order ${orderId} was scanned and had not begun ${Math.round(life.moment / 1000)} s later.`);
        return undefined;
      }
      await this.#look(orderId);
    }
  }

  async #look(orderId: string): Promise<void> {
    try {
      this.#device.takeOrder((await this.#device.api.order(orderId)).order);
    } catch (error) {
      if (!this.#device.network.lost && codeOf(error) !== "not-found") this.#life.ledger.trouble("look", error);
    }
  }

  /** An order that was found by polling must also be pushed: an untouched screen learns of it in no other way. */
  async #lookAfter(orderId: string): Promise<void> {
    const device = this.#device;
    const life = this.#life;
    const before = this.now(orderId);
    if (!device.hearsAll) return this.#look(orderId);
    try {
      const { order } = await device.api.order(orderId);
      const told = () => ((device.orders.get(orderId)?.version ?? 0) >= order.version ? true : undefined);
      if (!(await device.until(told, life.moment)) && device.hearsAll)
        life.ledger.error(
          `Order ${orderId} was ${order.state}, and its phone was told of nothing since it was ${before.state}.`,
        );
      device.takeOrder(order);
    } catch (error) {
      life.ledger.trouble("look", error);
    }
  }

  /** Waits for a result of `look` on the order, or for its end, and polls its place in the queue now and then. */
  async follow<T>(orderId: string, within: number, look: (order: OrderView) => T | undefined): Promise<T | undefined> {
    const device = this.#device;
    const life = this.#life;
    const end = life.time.now() + within;
    const over = () => {
      const order = device.orders.get(orderId);
      return order && (look(order) !== undefined || isFinal(order.state)) ? order : undefined;
    };
    for (;;) {
      const left = end - life.time.now();
      const order = await device.until(over, Math.min(this.#looksEvery, left));
      if (order !== undefined || left <= this.#looksEvery) return order && look(order);
      await this.#lookAfter(orderId);
    }
  }

  /** Waits until it is ready, or ended. After a cancellation the guest stays for a moment, and longer if it is undone. */
  async called(orderId: string, within: number): Promise<OrderView | undefined> {
    const end = this.#life.time.now() + within;
    for (;;) {
      const over = ({ state }: OrderView) => state === "ready" || isFinal(state);
      const left = end - this.#life.time.now();
      const order = await this.follow(orderId, left, (order) => (over(order) ? order : undefined));
      if (order?.state !== "cancelled" || order.end?.by !== "barista") return order;
      const back = () => (isFinal(this.now(orderId).state) ? undefined : true);
      if (!(await this.#device.until(back, amazedFor))) return this.now(orderId);
    }
  }

  /**
   * Cancels an order at the version that the phone shows. Never rejects: errors are recorded, and after a version conflict the order is read again.
   */
  async cancel(order: OrderView): Promise<void> {
    const device = this.#device;
    try {
      const { version } = this.now(order.id);
      device.takeOrder((await device.insist(() => device.api.cancel(order.id, { version }))).order);
    } catch (error) {
      this.#life.ledger.trouble("cancel", error);
      if (codeOf(error) === "order-version") await this.#look(order.id);
    }
  }

  /** The order as the phone shows it. @throws Error if it is gone */
  now(orderId: string): OrderView {
    const order = this.#device.orders.get(orderId);
    if (order === undefined) throw new Error(`Order ${orderId} is gone from its customer's list.`);
    return order;
  }

  /** Records the order's state on the phone, for the check at the end; does nothing without one. */
  putDown(orderId: string | undefined): void {
    const order = orderId && this.#device.orders.get(orderId);
    const begun = orderId && this.#life.ledger.orders.get(orderId);
    if (order && begun) Object.assign(begun, { state: order.state, version: order.version });
  }
}
