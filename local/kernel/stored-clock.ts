import type { Store } from "../store/store.ts";
import { ServiceClock } from "./clock.ts";

const table = "kernel/clock";

/**
 * Opens a store's clock. It continues from where an earlier run left it, so that time never goes back before stored data.
 * `heldAt`, in milliseconds since the epoch, holds it at that time instead.
 * @throws RangeError if `heldAt` is before the time that the store has reached
 */
export function openClock(store: Store, heldAt?: number): ServiceClock {
  const saved = store.table<number>(table);
  const last = saved.get("time") ?? Number.NEGATIVE_INFINITY;
  if (heldAt !== undefined && heldAt < last) {
    throw new RangeError(
      `The clock cannot be held at ${iso(heldAt)}: the data is from a run that had reached ${iso(last)}, and time would run backwards over it. Hold it at that time or later, or begin with an empty data folder.`,
    );
  }
  if (heldAt !== undefined) return new ServiceClock({ heldAt });
  const offset = saved.get("offset") ?? 0;
  const clock = new ServiceClock({ offset });
  // The earlier run may have been ahead of the machine, or the machine's clock was set back.
  const behind = last - clock.now();
  return behind > 0 ? new ServiceClock({ offset: offset + behind }) : clock;
}

/**
 * Stores how far the clock has come: at the start, after each advance, and at the end.
 * @param time the time it will have reached before it is stored again, in ms since the epoch
 */
export async function saveClock(store: Store, clock: ServiceClock, time = clock.now()): Promise<void> {
  await store.commit([
    { table, key: "offset", value: clock.offset },
    { table, key: "time", value: time },
  ]);
}

const iso = (time: number) => new Date(time).toISOString();
