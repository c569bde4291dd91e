import * as z from "zod";
import { moment, storeId } from "./common.ts";
import { scanRefusals } from "./order-states.ts";

/** Scans of a store that were refused in five minutes of the clock, before they could begin an order. */
export const refusedScans = z
  .object({
    storeId,
    from: moment.describe("When the five minutes began."),
    until: moment.describe("When they were over."),
    counts: z
      .partialRecord(z.enum(scanRefusals), z.int().positive().describe("How many."))
      .describe("By the code of the problem that they were answered with."),
    more: z.boolean().describe("There may have been more: only so many are counted in five minutes."),
  })
  .describe("Scans that began no order.");
export type RefusedScans = z.infer<typeof refusedScans>;
