import * as z from "zod";
import type { Operations } from "../../../contracts/operation.ts";

const wanted = z.object({ id: z.string(), name: z.string(), count: z.int().positive() });

export const today = z.object({
  day: z.iso.date().describe("The business day, by the clocks of the store."),
  coffees: z.int().nonnegative().describe("Orders that were made on that day."),
  drinks: z.array(wanted).describe("What they were, the most loved first."),
});
export type Today = z.infer<typeof today>;

export const operations = {
  today: {
    method: "get",
    path: "/stores/{storeId}/extensions/tally",
    summary: "The coffees of today, the most loved first",
    access: "anyone",
    success: 200,
    reply: today,
  },
} as const satisfies Operations;
