import { codeOf } from "../../web/lib/api.ts";
import type { Device } from "../robots/device.ts";
import { second } from "../robots/habits.ts";
import type { Life } from "../robots/life.ts";

/** Nobody presses more often. */
const presses = 12;

/** Who signed out on all their devices at once, at whichever stand of a fair. */
export class SignedOut {
  /** By customer: when they pressed, in ms, the last time that it was done. */
  readonly everywhere = new Map<string, number>();
  /** Customers who have pressed, whatever came of it. */
  readonly pressed = new Set<string>();

  /** Signs somebody out, here or everywhere: they press until it is done. @throws Stopped */
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
        // Ended already, by the press before or from another device: that is what was wanted.
        if (codeOf(error) === "not-signed-in") return;
        life.ledger.trouble("sign out", error);
        await life.sleep(20 * second);
      }
    }
  }
}
