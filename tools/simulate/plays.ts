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

/** What came of the days of a fair. */
export interface Told {
  days: (Pick<Outcome, "wrong" | "orders" | "events"> & { n: number })[];
  /** Things that went wrong. */
  troubles: number;
}

// A process that plays what it is asked for, and tells what came of it; it ends with whoever asks.
process.on("message", async ({ seed, from, days: many, stands, application }: Days) => {
  for await (const { days, fair } of simulate(seed, from, many, { application, stands })) {
    const told: Told = {
      days: days.map(({ n, wrong, orders, events }) => ({ n, wrong, orders, events })),
      troubles: fair.troubles.length,
    };
    process.send?.(told);
  }
});
// Who breaks it off tells this process, too, which plays what it is at to its end.
process.on("SIGINT", () => undefined);
process.once("disconnect", () => process.exit());
