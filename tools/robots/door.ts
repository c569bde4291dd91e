import { isFinal } from "../../contracts/order-states.ts";
import { codeOf } from "../../web/lib/api.ts";
import { randomKey } from "../../web/lib/random.ts";
import type { Device } from "./device.ts";
import { second } from "./habits.ts";
import type { OwnOrders } from "./own-orders.ts";
import type { Place } from "./place.ts";
import type { VisitPlan } from "./visit-plan.ts";

/** How many codes are tried before a guest gives up. */
const codesTried = 5;

/** A guest who has just come in: from the display's code to an order. */
export class Door {
  readonly #place: Place;
  readonly #device: Device;
  readonly #own: OwnOrders;

  constructor(place: Place, device: Device, own: OwnOrders) {
    this.#place = place;
    this.#device = device;
    this.#own = own;
  }

  /** From the door to an order; `undefined` if there is none. */
  async scan(plan: VisitPlan): Promise<string | undefined> {
    const { life, wall } = this.#place;
    const { ledger } = life;
    if (plan.wrongCode !== undefined) await this.#tryWrong(plan.wrongCode);
    if (plan.insists && "none" in wall.code()) await this.#tryWrong("last");
    const leavesAt = life.time.now() + plan.patience;
    for (let tried = 0; tried < codesTried; tried++) {
      const seen = await wall.device.until(
        () => {
          const shown = wall.code();
          return "code" in shown ? shown : undefined;
        },
        Math.max(0, leavesAt - life.time.now()),
      );
      if (seen === undefined) {
        const shown = wall.code();
        ledger.add("left", "none" in shown ? `no code (${shown.none})` : "no patience");
        return undefined;
      }
      try {
        return await this.#take(seen.code, plan);
      } catch (error) {
        ledger.trouble("scan", error);
        const code = codeOf(error);
        if (code === undefined) break;
        // A guest who was too late looks at the display again; one who is not admitted yet waits a little.
        await life.sleep(code.startsWith("code-") ? 2 * second : 30 * second);
      }
    }
    ledger.add("left", "gave up");
    return undefined;
  }

  async #tryWrong(kind: "old" | "mistyped" | "last"): Promise<void> {
    const { life, wall } = this.#place;
    const shown = wall.code();
    const now = "code" in shown ? shown.code : "AAAAA";
    const mistyped = now.replace(/.$/, (sign) => (sign === "A" ? "C" : "A"));
    const wrong = { old: wall.earlier, last: wall.last, mistyped }[kind];
    if (wrong === undefined || !this.#device.signedIn) return;
    life.ledger.add(
      "pranks",
      kind === "mistyped" ? "mistyped the code" : `scanned ${kind === "old" ? "an old code" : "the last code"}`,
    );
    try {
      const { orderId } = await this.#begin(wrong);
      // An old code is still valid for a moment after its window.
      await this.#abandon(orderId);
    } catch (error) {
      life.ledger.trouble("scan of a wrong code", error);
    }
  }

  async #abandon(orderId: string): Promise<void> {
    const order = await this.#own.find(orderId);
    if (order !== undefined && !isFinal(order.state)) await this.#own.cancel(order);
    this.#own.putDown(orderId);
  }

  /** Uses a code. The first time, the scan is held during the sign-in. */
  async #take(code: string, plan: VisitPlan): Promise<string> {
    const device = this.#device;
    const { life } = this.#place;
    let hold: string | undefined;
    if (!device.signedIn) {
      hold = randomKey();
      await device.api.hold(code, hold).catch((error: unknown) => {
        if (codeOf(error)?.startsWith("code-")) throw error;
        life.ledger.trouble("hold", error);
        hold = undefined;
      });
      await device.signIn(this.#place.inbox);
    }
    const from = performance.now();
    if (plan.tapsTwice) life.ledger.add("pranks", "tapped twice");
    const taps = await Promise.allSettled(
      (plan.tapsTwice ? [1, 2] : [1]).map(() => device.insist(() => this.#begin(code, hold))),
    );
    const [orderId, other] = taps.flatMap((tap) => (tap.status === "fulfilled" ? [tap.value.orderId] : []));
    const [failed] = taps.flatMap((tap) => (tap.status === "rejected" ? [tap.reason as unknown] : []));
    if (orderId === undefined) throw failed;
    if (failed !== undefined) life.ledger.trouble("scan", failed);
    const order = await this.#own.find(orderId);
    if (order !== undefined) life.ledger.time('scan → "choose" on the phone', performance.now() - from);
    // The scan of a refused order is given back, and then the other tap takes it.
    const both = other === undefined || other === orderId ? undefined : [order, await this.#own.find(other)];
    if (both?.every((one) => one?.state !== "refused"))
      life.ledger.error(`Two taps on one code began two orders: ${orderId} and ${other}.`);
    return orderId;
  }

  /** A scan, and another one if the first returns an ended order: the guest wants another. */
  async #begin(code: string, hold?: string): Promise<{ orderId: string }> {
    const { api, orders } = this.#device;
    const { ledger } = this.#place.life;
    const { orderId, repeated } = await api.scan(code, undefined, hold);
    // As the app does: an order that cannot be read yet has only just begun.
    const look = () =>
      api.order(orderId).then(
        ({ order }) => order,
        () => undefined,
      );
    const known = repeated ? (orders.get(orderId) ?? (await look())) : undefined;
    const begun = known && isFinal(known.state) ? await api.scan(code, orderId) : { orderId };
    ledger.began(begun.orderId);
    this.#place.counter.announce(begun.orderId);
    return begun;
  }
}
