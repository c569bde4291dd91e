import * as z from "zod";
import { moment, storeId } from "./common.ts";
import { type ScanRefusal, scanRefusals } from "./order-states.ts";

// A field each, so that the event may grow by other reasons.
const count = z.int().positive().optional().describe("How many; none when it is missing.");

/** Scans of a store that were refused in five minutes of the clock, before they could begin an order. */
export const refusedScans = z
  .object({
    storeId,
    from: moment.describe("When the five minutes began."),
    until: moment.describe("When they were over."),
    counts: z
      .object(Object.fromEntries(scanRefusals.map((code) => [code, count])) as Record<ScanRefusal, typeof count>)
      .describe("By the code of the problem that they were answered with."),
    more: z.boolean().describe("There may have been more: only so many are counted in five minutes."),
  })
  .describe("Scans that began no order.");
export type RefusedScans = z.infer<typeof refusedScans>;
