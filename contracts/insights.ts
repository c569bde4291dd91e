import * as z from "zod";
import { moment } from "./common.ts";
import { cancelReasons, refusalReasons, scanRefusals } from "./order-states.ts";

/** The most days in one reply, by day and by hour. */
export const mostDays = { day: 93, hour: 31 } as const;

const date = z.iso.date("must be a date, such as 2026-06-15");

/** The parameters of `GET /stores/{storeId}/insights`. The days are in the store's time zone. */
export const insightsQuery = z.strictObject({
  from: date.optional().describe("First day. Default: today."),
  to: date.optional().describe("Last day, inclusive. Default: today."),
  by: z.enum(["day", "hour"], "must be day or hour").default("day").describe("The time that a row covers."),
});
export type InsightsQuery = z.infer<typeof insightsQuery>;

/** The days whose figures are counted again from the event archive. */
export const recountRequest = z.strictObject({
  from: date.describe("First day."),
  to: date.describe("Last day, inclusive."),
});
export const recountReply = z.object({
  hours: z.int().nonnegative().describe("The number of hours that were written."),
  orders: z.int().nonnegative().describe("The number of orders that were found in these hours."),
});
export type RecountReply = z.infer<typeof recountReply>;

const count = z.int().nonnegative().describe("The number.");
/** The states in which an open order can be cancelled or expire. */
export const openSteps = ["choosing", "submitted", "queued", "making"] as const;
export type OpenStep = (typeof openSteps)[number];

/** How long something took, in seconds, with an error of 5 % at most. The percentiles are missing if nothing was measured. */
const duration = z.object({
  count: count.describe("The number of measurements."),
  p50: z.number().optional().describe("The median, in seconds."),
  p90: z.number().optional().describe("The 90th percentile, in seconds."),
});
export type DurationFigures = z.infer<typeof duration>;

/** The durations: until the drink was chosen, from then until it was ready, from the claim until it was ready, and until it was handed over. */
export const durationNames = ["choose", "wait", "make", "counter"] as const;
export type DurationName = (typeof durationNames)[number];

const named = z.object({
  id: z.string().describe("Its id."),
  name: z.string().describe("Its latest name."),
  count: count.describe("How many times."),
});

/** The figures of a period. An order is counted once it is ready or has ended before that. Each step counts in the hour in which it happened. */
const figures = z.object({
  scans: count.describe("Scans: those that began an order, admitted or not, and those that were refused before."),
  refusedScans: z
    .partialRecord(z.enum(scanRefusals), count)
    .describe("Scans that began no order, by the problem code of the reply."),
  moreRefusedScans: z
    .boolean()
    .describe("Whether there may have been more refused scans: only about a hundred are counted in five minutes."),
  admitted: count.describe("Orders that were admitted."),
  atCounter: count.describe("How many of the admitted orders a barista took at the counter, without a scan."),
  refused: z.partialRecord(z.enum(refusalReasons), count).describe("Orders that were not admitted, by reason."),
  submitted: count.describe("Orders whose drink was chosen."),
  ready: count.describe("Orders that were made."),
  collected: count.describe("Orders that were handed over."),
  uncollected: count.describe("Orders that were made and that nobody fetched."),
  cancelled: z
    .array(
      z.object({
        by: z.enum(["customer", "barista"]).describe("Who cancelled."),
        step: z.enum(openSteps).describe("The state of the order before."),
        why: z
          .enum([...cancelReasons, "other"])
          .optional()
          .describe("The barista's reason; `other` for free text, which is not stored here."),
        count,
      }),
    )
    .describe("Orders that were cancelled, by who cancelled, state and reason."),
  expired: z.partialRecord(z.enum(openSteps), count).describe("Orders that expired, by state."),
  drinks: z.array(named).describe("Most ordered first, as submitted."),
  options: z.array(named).describe("Most ordered first, as submitted."),
  longestQueue: count.describe("The highest number of places in the queue that were taken at the same time."),
  durations: z
    .object({
      choose: duration.describe("Until a drink was chosen."),
      wait: duration.describe("From then until the order was ready."),
      make: duration.describe("From the claim until the order was ready."),
      counter: duration.describe("From then until the order was handed over."),
    })
    .describe("How long the steps of an order took."),
});
export type Figures = z.infer<typeof figures>;

const day = z.string();
export const insightsReply = z.object({
  from: day.describe("First day."),
  to: day.describe("Last day, inclusive."),
  by: z.enum(["day", "hour"]).describe("The time that a row covers."),
  timeZone: z.string().describe("The store's time zone; days and hours are in it."),
  total: figures.describe("The figures of the whole period."),
  rows: z
    .array(
      figures.extend({
        day: day.describe("The day."),
        hour: z.int().min(0).max(23).optional().describe("The hour, if `by` is hour."),
        start: moment.optional().describe("When the hour began, if `by` is hour."),
      }),
    )
    .describe(
      "Every day of the period; or every hour in which something happened. In the night in which daylight saving time ends, one hour appears twice.",
    ),
  now: moment.describe("The server's time."),
});
export type InsightsReply = z.infer<typeof insightsReply>;
export type InsightsRow = InsightsReply["rows"][number];
