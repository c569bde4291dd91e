import type { Device } from "../robots/device.ts";
import type { Ledger } from "../robots/ledger.ts";
import type { SteppedTime } from "../robots/time.ts";
import type { Day, Wrong } from "./day.ts";
import type { Forgotten } from "./forgotten.ts";
import type { OtherStores } from "./other-stores.ts";
import type { Screen } from "./screen.ts";
import type { SignedOut } from "./sign-out.ts";

/** A day at a stand that was played, or is being played. */
export interface Played {
  day: Day;
  store: string;
  ledger: Ledger;
  /** The screens and phones that are still in use at the end of the day. */
  readonly screens: Screen[];
  admin: Device;
  time: SteppedTime;
  /** Shared by all stands. */
  forgotten: Forgotten;
  signedOut: SignedOut;
  otherStores: OtherStores;
  /** Violations during the day. */
  wrong: Wrong[];
  /** Closes the screens. */
  leave(): void;
}
