import * as z from "zod";
import { moment, storeId } from "./common.ts";
import { type ScanRefusal, scanRefusals } from "./order-states.ts";

// One field for each reason, so that other reasons can be added to the event as optional fields.
const count = z.int().positive().optional().describe("The number of scans; missing if there were none.");

/** A store's scans that were refused before they began an order, in a five-minute period aligned to the clock. */
export const refusedScans = z
  .object({
    storeId,
    from: moment.describe("The beginning of the five minutes."),
    until: moment.describe("The end of the five minutes."),
    counts: z
      .object(Object.fromEntries(scanRefusals.map((code) => [code, count])) as Record<ScanRefusal, typeof count>)
      .describe("The refused scans, by the problem code of the reply."),
    more: z
      .boolean()
      .describe("Whether there may have been more: there is a limit on how many are counted in five minutes."),
  })
  .describe("Scans that began no order.");
export type RefusedScans = z.infer<typeof refusedScans>;
