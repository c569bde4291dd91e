import type { Ledger } from "../robots/ledger.ts";
import type { SteppedTime } from "../robots/time.ts";
import type { Wrong } from "./day.ts";
import type { Screen } from "./screen.ts";

/** A day that was played, or is just now. */
export interface Played {
  store: string;
  ledger: Ledger;
  /** What still hangs on the wall, stands at the bar and lies in hands when the day is over. */
  readonly screens: Screen[];
  time: SteppedTime;
  /** What was not as it should be while it lasted. */
  wrong: Wrong[];
  /** Puts the screens away. */
  leave(): void;
}
