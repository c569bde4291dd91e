import * as z from "zod";
import { customerId, moment, orderId, storeId } from "./common.ts";
import { cancelReasons, expiryReasons, orderStates, recalledFrom, refusalReasons } from "./order-states.ts";

/** A chosen option, with its names at that time. */
const chosenOption = z.object({
  group: z.string().describe("Id of the group, such as milk."),
  groupName: z.string().describe("Its name when it was chosen."),
  choice: z.string().describe("Id of the choice, such as oat."),
  choiceName: z.string().describe("Its name when it was chosen."),
});
export type ChosenOption = z.infer<typeof chosenOption>;

/**
 * The public view of an order: the reply to every order request and the data of every order event.
 * `version` grows by one with each change. The view with the higher version is current.
 */
const order = z.object({
  id: orderId.describe("The order's id, which is also the id of its orchestration."),
  storeId,
  customerId: customerId.describe(
    "An opaque id of the customer. The phone number cannot be derived from it. An order at the counter has no customer, and an id that no other order has.",
  ),
  version: z.int().positive().describe("Grows by one with each change. The view with the higher version is current."),
  state: z.enum(orderStates).describe("The state of the order after the change."),
  counter: z
    .object({
      named: z
        .boolean()
        .describe("Whether a name was given for the cup. Events never contain the name; staff request it."),
    })
    .optional()
    .describe("Present if a barista placed the order at the counter, for a customer without a phone."),
  number: z
    .int()
    .positive()
    .optional()
    .describe("The order's number, which counts from 1 each business day; present once the order is queued."),
  drink: z
    .object({
      id: z.string().describe("Id of the drink, such as drink:latte."),
      name: z.string().describe("Its name when it was chosen."),
      icon: z.string().describe("The name of its icon."),
    })
    .optional()
    .describe("The chosen drink; present once the order is submitted."),
  options: z.array(chosenOption).optional().describe("The chosen options, in the order of the menu."),
  deadline: moment
    .optional()
    .describe("Until when the customer must choose (choosing), or the drink must be made (queued, making)."),
  createdAt: moment.describe("When the customer was admitted or refused."),
  submittedAt: moment.optional().describe("When the drink was chosen."),
  queuedAt: moment.optional().describe("When the order got its number."),
  claimedAt: moment.optional().describe("When the barista claimed the order."),
  readyAt: moment.optional().describe("When the drink was ready."),
  calledAt: moment.optional().describe("When the customer was last called again, since nobody had fetched the order."),
  endedAt: moment.optional().describe("When the order was handed over or ended in another way."),
  barista: z
    .object({
      id: customerId.describe("An opaque id of the person."),
      name: z.string().describe("As screens show it."),
    })
    .optional()
    .describe("The barista who makes or made the order."),
  end: z
    .object({
      by: z.enum(["customer", "barista", "system"]).describe("Who ended the order."),
      name: z.string().optional().describe("The name of the barista who cancelled, as screens show it."),
      reason: z
        .enum([...refusalReasons, ...expiryReasons])
        .optional()
        .describe("Why the order was not admitted; or, if it expired, who did not act in time."),
      note: z.string().optional().describe("The barista's reason for a cancellation, as text."),
      why: z
        .enum(cancelReasons)
        .optional()
        .describe("Which of the common reasons the note states; independent of its language."),
      opensAt: moment
        .optional()
        .describe(
          "If refused with `closed`: when customers are admitted again, if the hours or a pause determine that.",
        ),
      openOrderId: orderId
        .optional()
        .describe("If refused with `limit`: the open order that the customer already has."),
    })
    .optional()
    .describe("How the order ended, unless it was collected."),
  recalled: z
    .array(
      z.object({
        at: moment.describe("When the order was recalled."),
        from: z.enum(recalledFrom).describe("The state before the recall."),
        since: moment.describe("When the order had entered that state."),
        claimedAt: moment.optional().describe("When a barista had claimed the order, before the recall."),
        readyAt: moment.optional().describe("When the drink had been ready, if the order had been collected."),
        why: z
          .enum(cancelReasons)
          .optional()
          .describe("If it had been cancelled: which of the common reasons was given."),
      }),
    )
    .optional()
    .describe("The recalls of the order, oldest first. Subscribers that counted a step reverse that."),
});
export const orderView = order.describe("The public view of an order.");
export type OrderView = z.infer<typeof orderView>;

/**
 * The fields of an order that a display needs for *Preparing* and *Ready*, without personal data. They are listed one by one, so that fields that
 * are added to orders later do not appear on a public display by accident.
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

/** The queue of a store. `version` grows by one with each change. */
export const queueView = z
  .object({
    storeId,
    version: z.int().nonnegative().describe("Grows by one with each change."),
    active: z
      .int()
      .nonnegative()
      .describe(
        "The number of places that are taken. An order has a place from its admission until it is ready or has ended.",
      ),
  })
  .describe("How many places in the queue are taken.");
export type QueueView = z.infer<typeof queueView>;

/** The estimated waiting time in whole minutes. Most orders are ready within this range. */
export const waitRange = z.object({
  from: z.int().nonnegative().describe("The lower bound, in minutes."),
  to: z.int().positive().describe("The upper bound, in minutes."),
});
export type WaitRange = z.infer<typeof waitRange>;

/** A code window without the code itself, for events and push messages. */
export const codeWindow = z
  .object({
    storeId,
    opensAt: moment.describe("When the window opens. The store and this time identify the window."),
    closesAt: moment.describe("When the window closes and the code expires."),
    scans: z.int().positive().describe("The total number of scans."),
    scansLeft: z.int().nonnegative().describe("The number of scans that are left."),
    heldUntil: moment
      .optional()
      .describe("When the first held scan is returned; missing if no scan is held for a customer who signs in."),
    version: z.int().positive().describe("Grows with each scan that is accepted, held or returned."),
  })
  .describe("The period in which a code is valid, without the code itself.");
export type CodeWindow = z.infer<typeof codeWindow>;
