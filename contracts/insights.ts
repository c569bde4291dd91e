import * as z from "zod";
import { moment } from "./common.ts";
import { cancelReasons, refusalReasons } from "./order-states.ts";

/** Most days that are told of at once, by day and by hour. */
export const mostDays = { day: 93, hour: 31 } as const;

const date = z.iso.date("must be a date, such as 2026-06-15");

/** The parameters of `GET /stores/{storeId}/insights`: days of the store's time zone, first and last; today when they are left out. */
export const insightsQuery = z.strictObject({
  from: date.optional(),
  to: date.optional(),
  by: z.enum(["day", "hour"], "must be day or hour").default("day"),
});
export type InsightsQuery = z.infer<typeof insightsQuery>;

/** The days that an admin has counted anew out of the archive of events. */
export const recountRequest = z.strictObject({ from: date, to: date });
export const recountReply = z.object({
  /** Hours that were written. */
  hours: z.int().nonnegative(),
  /** Orders that were found in them. */
  orders: z.int().nonnegative(),
});
export type RecountReply = z.infer<typeof recountReply>;

const count = z.int().nonnegative();
/** Where an order stood. */
export const openSteps = ["choosing", "submitted", "queued", "making"] as const;
export type OpenStep = (typeof openSteps)[number];

/** How long something took, in seconds; the two are missing where nothing was measured. Off by 5 % at most. */
export const duration = z.object({ count, p50: z.number().optional(), p90: z.number().optional() });
export type DurationFigures = z.infer<typeof duration>;

/** Durations: until a drink was chosen, from then until it was ready, to make it, and until it was handed over. */
export const durationNames = ["choose", "wait", "make", "counter"] as const;
export type DurationName = (typeof durationNames)[number];

const named = z.object({ id: z.string(), name: z.string(), count });

/** The figures of some time. An order is in them once it is ready, or has ended before that; each step counts in the hour it was taken in. */
export const figures = z.object({
  /** Scans that began an order, admitted or refused. */
  scans: count,
  admitted: count,
  refused: z.partialRecord(z.enum(refusalReasons), count),
  submitted: count,
  ready: count,
  collected: count,
  cancelled: z.array(
    z.object({
      by: z.enum(["customer", "barista"]),
      step: z.enum(openSteps),
      /** What the barista gave as the reason; `other` for one in words of their own, which are not kept here. */
      why: z.enum([...cancelReasons, "other"]).optional(),
      count,
    }),
  ),
  expired: z.partialRecord(z.enum(openSteps), count),
  /** Most wanted first; as submitted. */
  drinks: z.array(named),
  options: z.array(named),
  /** Most places of the queue that were taken at a time. */
  longestQueue: count,
  durations: z.object({ choose: duration, wait: duration, make: duration, counter: duration }),
});
export type Figures = z.infer<typeof figures>;

const day = z.string();
export const insightsReply = z.object({
  from: day,
  to: day,
  by: z.enum(["day", "hour"]),
  timeZone: z.string(),
  /** Of the whole time. */
  total: figures,
  /** Every day of it; or every hour in which something happened, with its beginning: in the night in which summer time ends one hour is there twice. */
  rows: z.array(figures.extend({ day, hour: z.int().min(0).max(23).optional(), start: moment.optional() })),
  now: moment,
});
export type InsightsReply = z.infer<typeof insightsReply>;
export type InsightsRow = InsightsReply["rows"][number];
