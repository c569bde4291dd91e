import { codeOf } from "../../web/lib/api.ts";
import type { Device } from "../robots/device.ts";
import { second } from "../robots/habits.ts";
import type { Life } from "../robots/life.ts";

/** The maximum number of attempts. */
const presses = 12;

/** Users who signed out on all devices, at any stand of a fair. */
export class SignedOut {
  /** By customer: the time (ms) of their last successful attempt. */
  readonly everywhere = new Map<string, number>();
  /** Customers who have tried, whatever the outcome. */
  readonly pressed = new Set<string>();

  /** Signs a user out, here or everywhere: retries until it is done. @throws Stopped */
  async leave(device: Device, where: "here" | "everywhere", life: Life): Promise<void> {
    const { me } = device;
    for (let press = 0; device.signedIn && press < presses; press++) {
      const now = life.time.now();
      if (me && where === "everywhere") this.pressed.add(me.customerId);
      try {
        await device.signOut(where);
        if (me && where === "everywhere") this.everywhere.set(me.customerId, now);
        return;
      } catch (error) {
        // Ended already, by the previous attempt or from another device: the wanted result.
        if (codeOf(error) === "not-signed-in") return;
        life.ledger.trouble("sign out", error);
        await life.sleep(20 * second);
      }
    }
  }
}
