import { simulate } from "./days.ts";
import type { Outcome } from "./simulate-fair.ts";

/** Days of a seed. */
export interface Days {
  seed: number;
  from: number;
  days: number;
  stands: number;
  /** The folder of the application. */
  application: string;
}

/** The results of the days of a fair. */
export interface Told {
  days: (Pick<Outcome, "wrong" | "orders" | "events"> & { n: number })[];
  /** The number of faults. */
  troubles: number;
}

// A worker process that plays the requested days and reports the results; it ends with its parent.
process.on("message", async ({ seed, from, days: many, stands, application }: Days) => {
  for await (const { days, fair } of simulate(seed, from, many, { application, stands })) {
    const told: Told = {
      days: days.map(({ n, wrong, orders, events }) => ({ n, wrong, orders, events })),
      troubles: fair.troubles.length,
    };
    process.send?.(told);
  }
});
// An interrupt also reaches this process, which completes its current work.
process.on("SIGINT", () => undefined);
process.once("disconnect", () => process.exit());
