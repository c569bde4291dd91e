import type { Device } from "../robots/device.ts";
import type { Ledger } from "../robots/ledger.ts";
import type { SteppedTime } from "../robots/time.ts";
import type { Day, Wrong } from "./day.ts";
import type { Forgotten } from "./forgotten.ts";
import type { OtherStores } from "./other-stores.ts";
import type { Screen } from "./screen.ts";
import type { SignedOut } from "./sign-out.ts";

/** A day at a stand that was played, or is just now. */
export interface Played {
  day: Day;
  store: string;
  ledger: Ledger;
  /** What still hangs on the wall, stands at the bar and lies in hands when the day is over. */
  readonly screens: Screen[];
  admin: Device;
  time: SteppedTime;
  /** At whichever of the stands. */
  forgotten: Forgotten;
  signedOut: SignedOut;
  otherStores: OtherStores;
  /** What was not as it should be while it lasted. */
  wrong: Wrong[];
  /** Puts the screens away. */
  leave(): void;
}
