import * as z from "zod";
import { moment } from "./common.ts";
import { cancelReasons, refusalReasons, scanRefusals } from "./order-states.ts";

/** Most days that are told of at once, by day and by hour. */
export const mostDays = { day: 93, hour: 31 } as const;

const date = z.iso.date("must be a date, such as 2026-06-15");

/** The parameters of `GET /stores/{storeId}/insights`: days of the store's time zone, first and last; today when they are left out. */
export const insightsQuery = z.strictObject({
  from: date.optional().describe("First day; today when it is left out."),
  to: date.optional().describe("Last day, with it; today when it is left out."),
  by: z.enum(["day", "hour"], "must be day or hour").default("day").describe("What a row is of."),
});
export type InsightsQuery = z.infer<typeof insightsQuery>;

/** The days that an admin has counted anew out of the archive of events. */
export const recountRequest = z.strictObject({
  from: date.describe("First day."),
  to: date.describe("Last day, with it."),
});
export const recountReply = z.object({
  hours: z.int().nonnegative().describe("Hours that were written."),
  orders: z.int().nonnegative().describe("Orders that were found in them."),
});
export type RecountReply = z.infer<typeof recountReply>;

const count = z.int().nonnegative().describe("How many.");
/** Where an order stood. */
export const openSteps = ["choosing", "submitted", "queued", "making"] as const;
export type OpenStep = (typeof openSteps)[number];

/** How long something took, in seconds; the two are missing where nothing was measured. Off by 5 % at most. */
const duration = z.object({
  count: count.describe("How many were measured."),
  p50: z.number().optional().describe("Half were as fast as that, in seconds."),
  p90: z.number().optional().describe("Nine of ten were as fast as that, in seconds."),
});
export type DurationFigures = z.infer<typeof duration>;

/** Durations: until a drink was chosen, from then until it was ready, to make it, and until it was handed over. */
export const durationNames = ["choose", "wait", "make", "counter"] as const;
export type DurationName = (typeof durationNames)[number];

const named = z.object({
  id: z.string().describe("Its id."),
  name: z.string().describe("The name it had last."),
  count: count.describe("How often."),
});

/** The figures of some time. An order is in them once it is ready, or has ended before that; each step counts in the hour it was taken in. */
const figures = z.object({
  scans: count.describe("Scans: those that began an order, let in or not, and those that were refused before."),
  refusedScans: z
    .partialRecord(z.enum(scanRefusals), count)
    .describe("Scans that began no order, by the code of the problem that they were answered with."),
  moreRefusedScans: z
    .boolean()
    .describe("There may have been more of these: at most a hundred or so are counted in five minutes."),
  admitted: count.describe("Orders that were let in."),
  atCounter: count.describe("Of those, orders that a barista took at the counter: they began with no scan."),
  refused: z.partialRecord(z.enum(refusalReasons), count).describe("Orders that were not let in, by reason."),
  submitted: count.describe("Orders whose drink was chosen."),
  ready: count.describe("Orders that were made."),
  collected: count.describe("Orders that were handed over."),
  uncollected: count.describe("Orders that were made and that nobody fetched."),
  cancelled: z
    .array(
      z.object({
        by: z.enum(["customer", "barista"]).describe("Who cancelled."),
        step: z.enum(openSteps).describe("Where the order stood."),
        why: z
          .enum([...cancelReasons, "other"])
          .optional()
          .describe(
            "What the barista gave as the reason; `other` for one in words of their own, which are not kept here.",
          ),
        count,
      }),
    )
    .describe("Orders that were cancelled, by whom, where they stood, and why."),
  expired: z.partialRecord(z.enum(openSteps), count).describe("Orders whose time ran out, by where they stood."),
  drinks: z.array(named).describe("Most wanted first; as submitted."),
  options: z.array(named).describe("Most wanted first; as submitted."),
  longestQueue: count.describe("Most places of the queue that were taken at a time."),
  durations: z
    .object({
      choose: duration.describe("Until a drink was chosen."),
      wait: duration.describe("From then until it was ready."),
      make: duration.describe("From the claim until it was ready."),
      counter: duration.describe("From then until it was handed over."),
    })
    .describe("How long things took."),
});
export type Figures = z.infer<typeof figures>;

const day = z.string();
export const insightsReply = z.object({
  from: day.describe("First day."),
  to: day.describe("Last day, with it."),
  by: z.enum(["day", "hour"]).describe("What a row is of."),
  timeZone: z.string().describe("Of the store: its days are meant."),
  total: figures.describe("Of the whole time."),
  rows: z
    .array(
      figures.extend({
        day: day.describe("The day."),
        hour: z.int().min(0).max(23).optional().describe("The hour, with hours only."),
        start: moment.optional().describe("Its beginning, with hours only."),
      }),
    )
    .describe(
      "Every day of it; or every hour in which something happened, with its beginning: in the night in which summer time ends one hour is there twice.",
    ),
  now: moment.describe("The server's time."),
});
export type InsightsReply = z.infer<typeof insightsReply>;
export type InsightsRow = InsightsReply["rows"][number];
