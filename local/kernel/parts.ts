import type { FaultRules } from "../faults/rules.ts";
import type { Recorder } from "../recorder/recorder.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { Ids } from "./ids.ts";
import type { LockStep } from "./lock-step.ts";
import type { Log } from "./log.ts";
import type { Connections } from "./near/protocol.ts";
import type { Work } from "./work.ts";

/** What every service of the local Azure is given; it takes time, ids, storage and logging from nowhere else. */
export interface Parts {
  readonly clock: Clock;
  readonly store: Store;
  readonly work: Work;
  readonly ids: Ids;
  readonly log: Log;
  /** Where it says what it does and why. */
  readonly recorder: Recorder;
  /** What goes wrong on purpose; nothing where it is left out. */
  readonly faults?: FaultRules;
  /** How it asks servers of this very process: by sockets, or (the default) by handing requests over. */
  readonly connections?: Connections;
  /** Where the threads work by turns, so that all is the same again. */
  readonly lockStep?: LockStep;
}
