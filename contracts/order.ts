import * as z from "zod";
import { customerId, moment, orderId, storeId } from "./common.ts";
import { cancelReasons, expiryReasons, orderStates, recalledFrom, refusalReasons } from "./order-states.ts";

/** A chosen option, with the names it had when it was chosen. */
const chosenOption = z.object({
  group: z.string().describe("Id of the group, such as milk."),
  groupName: z.string().describe("Its name when it was chosen."),
  choice: z.string().describe("Id of the choice, such as oat."),
  choiceName: z.string().describe("Its name when it was chosen."),
});
export type ChosenOption = z.infer<typeof chosenOption>;

/**
 * An order as people see it: the reply of every order request and the data of every order event.
 * `version` grows by one with each change; of two views the one with the higher version is true.
 */
const order = z.object({
  id: orderId.describe("The order; its workflow has the same id."),
  storeId,
  customerId: customerId.describe(
    "Whose it is: an opaque id, which tells nothing about the phone number. Placed at the counter it is nobody's, and the id is the order's alone.",
  ),
  version: z
    .int()
    .positive()
    .describe("Grows by one with each change; of two views the one with the higher version is true."),
  state: z.enum(orderStates).describe("Where it stands after what happened."),
  counter: z
    .object({
      named: z
        .boolean()
        .describe("Whether a name was given for the cup. What it is, no event tells: staff ask for it."),
    })
    .optional()
    .describe("Placed by a barista at the counter, for somebody without a phone; missing where a phone placed it."),
  number: z.int().positive().optional().describe("Counts from 1 each business day; given once the order is queued."),
  drink: z
    .object({
      id: z.string().describe("Id of the drink, such as drink:latte."),
      name: z.string().describe("As it was when it was chosen."),
      icon: z.string().describe("Name of its picture."),
    })
    .optional()
    .describe("What was chosen, with the name it had then; from its submission on."),
  options: z.array(chosenOption).optional().describe("The chosen options, in the order of the menu."),
  deadline: moment
    .optional()
    .describe("Until when the customer must choose (choosing), or the barista must be done (queued, making)."),
  createdAt: moment.describe("When its customer was let in, or was refused."),
  submittedAt: moment.optional().describe("When the drink was chosen."),
  queuedAt: moment.optional().describe("When it got its number."),
  claimedAt: moment.optional().describe("When the barista who makes it began."),
  readyAt: moment.optional().describe("When it was made."),
  calledAt: moment.optional().describe("When its customer was called again last, since nobody had fetched it."),
  endedAt: moment.optional().describe("When it was handed over, or ended otherwise."),
  barista: z
    .object({
      id: customerId.describe("An opaque id of the person."),
      name: z.string().describe("As screens show it."),
    })
    .optional()
    .describe("Who makes it."),
  end: z
    .object({
      by: z.enum(["customer", "barista", "system"]).describe("Who ended it."),
      name: z.string().optional().describe("Of the barista who cancelled, as screens show it."),
      reason: z
        .enum([...refusalReasons, ...expiryReasons])
        .optional()
        .describe("Why it was not let in; or whose time ran out."),
      note: z.string().optional().describe("What the barista gave as the reason of a cancellation."),
      why: z
        .enum(cancelReasons)
        .optional()
        .describe("Which of the common reasons the note is, whatever language it is in."),
      opensAt: moment
        .optional()
        .describe("Refused for `closed`: when people are let in again, where the hours or a pause say so."),
      openOrderId: orderId.optional().describe("Refused for `limit`: the open order that the customer already has."),
    })
    .optional()
    .describe("How it ended, unless it was collected."),
  recalled: z
    .array(
      z.object({
        at: moment.describe("When it was taken back."),
        from: z.enum(recalledFrom).describe("Where it had stood."),
        since: moment.describe("When it had come there."),
        claimedAt: moment.optional().describe("When the barista who made it had begun by then."),
        readyAt: moment.optional().describe("When it had been made, where it was collected since."),
        why: z.enum(cancelReasons).optional().describe("Cancelled: which of the common reasons was given."),
      }),
    )
    .optional()
    .describe("What was taken back by a recall, the first first: whoever counted it takes that back too."),
});
export const orderView = order.describe("An order as people see it.");
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
  calledAt: true,
  endedAt: true,
});
export type DisplayOrder = z.infer<typeof displayOrder>;

/** The queue's places. `version` grows by one with each change. */
export const queueView = z
  .object({
    storeId,
    version: z.int().nonnegative().describe("Grows by one with each change."),
    active: z
      .int()
      .nonnegative()
      .describe("Places that are taken: orders from their admission until they are made or over."),
  })
  .describe("How many places of the queue are taken.");
export type QueueView = z.infer<typeof queueView>;

/** How long until a drink is ready, in whole minutes: most are within the range. */
export const waitRange = z.object({
  from: z.int().nonnegative().describe("Minutes."),
  to: z.int().positive().describe("Minutes."),
});
export type WaitRange = z.infer<typeof waitRange>;

/** A code's window without the code: what may travel in events and pushes. */
export const codeWindow = z
  .object({
    storeId,
    opensAt: moment.describe("Its beginning; with the store, its id."),
    closesAt: moment.describe("Its end: the code is over then."),
    scans: z.int().positive().describe("How many it had at first."),
    scansLeft: z.int().nonnegative().describe("How many are left."),
    heldUntil: moment
      .optional()
      .describe("When the first of those scans comes back that are kept for people who sign in; missing when none is."),
    version: z.int().positive().describe("Grows with each scan taken, kept or given back."),
  })
  .describe("The time for which a code is good, without the code itself.");
export type CodeWindow = z.infer<typeof codeWindow>;
