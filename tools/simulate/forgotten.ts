import { codeOf } from "../../web/lib/api.ts";
import type { Device } from "../robots/device.ts";
import { minute, second } from "../robots/habits.ts";
import type { Life } from "../robots/life.ts";

/** Nobody presses more often. */
const presses = 12;

/** Who asked to be forgotten at a fair: it is at all of its stands that they are. */
export class Forgotten {
  /** By their id: whether they were told that it is done. */
  readonly asked = new Map<string, boolean>();
  readonly #phones = new Set<string>();

  /**
   * Has all deleted that is held of somebody: presses until it is done, or there is a reason against it that stays. @returns what is not as it should be about that reason
   * @throws Stopped
   */
  async ask(device: Device, life: Life): Promise<string | undefined> {
    const { me, phone } = device;
    if (me === undefined) return undefined;
    // At another stand they may have asked already.
    if (!this.asked.has(me.customerId)) this.asked.set(me.customerId, false);
    for (let press = 0; press < presses; press++) {
      try {
        await device.forget();
        this.#done(me.customerId, phone);
        return undefined;
      } catch (error) {
        const code = codeOf(error);
        // What was asked before, here or at another stand, has come to its end.
        if (code === "not-signed-in" && (press > 0 || this.#phones.has(phone)))
          return void this.#done(me.customerId, phone);
        if (code === "too-many-requests") {
          if (this.asked.get(me.customerId) === false) this.asked.delete(me.customerId);
          return this.#phones.has(phone) ? undefined : `${phone} was never deleted, and is told that they were.`;
        }
        life.ledger.trouble("forget", error);
        await life.sleep(code === "orders-open" ? 3 * minute : 20 * second);
      }
    }
    return undefined;
  }

  #done(customerId: string, phone: string): void {
    this.asked.set(customerId, true);
    this.#phones.add(phone);
  }
}
