import type { FaultRules } from "../faults/rules.ts";
import type { Recorder } from "../recorder/recorder.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { Ids } from "./ids.ts";
import type { LockStep } from "./lock-step.ts";
import type { Log } from "./log.ts";
import type { Connections } from "./near/protocol.ts";
import type { Work } from "./work.ts";

/** The dependencies of every service of the local Azure: its only source of time, ids, storage and logging. */
export interface Parts {
  readonly clock: Clock;
  readonly store: Store;
  readonly work: Work;
  readonly ids: Ids;
  readonly log: Log;
  /** Records what the service does and why. */
  readonly recorder: Recorder;
  /** The injected faults; none if left out. */
  readonly faults?: FaultRules;
  /** How it calls servers of the same process: over sockets, or (the default) by handing over requests. */
  readonly connections?: Connections;
  /** Set if the threads run by turns, for a repeatable run. */
  readonly lockStep?: LockStep;
}
