import { ServiceClock } from "../local/kernel/clock.ts";
import { secureIds } from "../local/kernel/ids.ts";
import { silentLog } from "../local/kernel/log.ts";
import type { Parts } from "../local/kernel/parts.ts";
import { Work } from "../local/kernel/work.ts";
import { Recorder } from "../local/recorder/recorder.ts";
import type { Store } from "../local/store/store.ts";

/** The parts for a single service of the local Azure, for a bench that runs it without the others. Its clock follows the machine's. */
export function partsOn(store: Store): Parts & { clock: ServiceClock } {
  const clock = new ServiceClock({});
  return { store, clock, ids: secureIds, log: silentLog, work: new Work(), recorder: new Recorder(clock) };
}
