import * as z from "zod";
import { customerId, moment, orderId, storeId } from "./common.ts";
import { cancelReasons, expiryReasons, orderStates, refusalReasons } from "./order-states.ts";

/** A chosen option, with the names it had when it was chosen. */
export const chosenOption = z.object({
  group: z.string(),
  groupName: z.string(),
  choice: z.string(),
  choiceName: z.string(),
});
export type ChosenOption = z.infer<typeof chosenOption>;

/**
 * An order as people see it: the reply of every order request and the data of every order event.
 * `version` grows by one with each change; of two views the one with the higher version is true.
 */
export const orderView = z.object({
  id: orderId,
  storeId,
  customerId,
  version: z.int().positive(),
  state: z.enum(orderStates),
  /** Counts from 1 each business day; given once the order is queued. */
  number: z.int().positive().optional(),
  drink: z.object({ id: z.string(), name: z.string(), icon: z.string() }).optional(),
  options: z.array(chosenOption).optional(),
  /** Until when the customer must choose (choosing), or the barista must be done (queued, making). */
  deadline: moment.optional(),
  createdAt: moment,
  submittedAt: moment.optional(),
  queuedAt: moment.optional(),
  claimedAt: moment.optional(),
  readyAt: moment.optional(),
  endedAt: moment.optional(),
  /** Who makes it. */
  barista: z.object({ id: customerId, name: z.string() }).optional(),
  /** How it ended, unless it was collected. */
  end: z
    .object({
      by: z.enum(["customer", "barista", "system"]),
      reason: z.enum([...refusalReasons, ...expiryReasons]).optional(),
      /** What the barista gave as the reason of a cancellation. */
      note: z.string().optional(),
      /** Which of the common reasons the note is, whatever language it is in. */
      why: z.enum(cancelReasons).optional(),
      /** Refused for `limit`: the open order that the customer already has. */
      openOrderId: orderId.optional(),
    })
    .optional(),
});
export type OrderView = z.infer<typeof orderView>;

/**
 * What a display shows of an order: enough for *Preparing* and *Ready*, nothing about a person. Field by field, so that what is added to
 * orders later is not shown to a whole room by oversight.
 */
export const displayOrder = orderView.pick({
  id: true,
  storeId: true,
  version: true,
  state: true,
  number: true,
  drink: true,
  deadline: true,
  createdAt: true,
  submittedAt: true,
  queuedAt: true,
  readyAt: true,
  endedAt: true,
});
export type DisplayOrder = z.infer<typeof displayOrder>;

/** The queue's places. `version` grows by one with each change. */
export const queueView = z.object({ storeId, version: z.int().nonnegative(), active: z.int().nonnegative() });
export type QueueView = z.infer<typeof queueView>;

/** How long until a drink is ready, in whole minutes: most are within the range. */
export const waitRange = z.object({ from: z.int().nonnegative(), to: z.int().positive() });
export type WaitRange = z.infer<typeof waitRange>;

/** A code's window without the code: what may travel in events and pushes. */
export const codeWindow = z.object({
  storeId,
  opensAt: moment,
  closesAt: moment,
  scans: z.int().positive(),
  scansLeft: z.int().nonnegative(),
  /** When the first of those scans comes back that are kept for people who sign in; missing when none is. */
  heldUntil: moment.optional(),
  /** Grows with each scan taken, kept or given back. */
  version: z.int().positive(),
});
export type CodeWindow = z.infer<typeof codeWindow>;
