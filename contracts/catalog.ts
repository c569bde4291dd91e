import * as z from "zod";
import { customerId, moment, personText, role, storeId } from "./common.ts";
import { drinkSettings, phoneNumber, storeSettings } from "./documents.ts";
import { published } from "./fields.ts";
import { optionGroup } from "./options.ts";
import { pauseReasons } from "./order-states.ts";
import { names, namesAndLines } from "./texts.ts";

/** A drink as screens show it. */
export const menuDrink = z.object({
  id: z.string().describe("Id of the drink, such as drink:latte."),
  ...drinkSettings,
  texts: namesAndLines(published),
  options: z.array(optionGroup).max(10).describe("The options of the drink, in the order in which screens show them."),
});
export type MenuDrink = z.infer<typeof menuDrink>;

/** Whether the store is open, and when that changes by itself. opening.ts says how screens and the server read it. */
const doors = {
  opensAt: moment.optional().describe("When a closed store opens by itself, according to its opening hours."),
  closesAt: moment
    .optional()
    .describe("When an open store stops admitting customers (last orders), according to its opening hours."),
  pausedUntil: moment.optional().describe("Until this moment an open store admits nobody new."),
  pauseReason: personText(60).optional().describe("The reason for the pause, as the person who paused wrote it."),
  pauseWhy: z
    .enum(pauseReasons)
    .optional()
    .describe("Which of the common reasons that is; screens show it in their reader's language."),
  retiredAt: moment
    .optional()
    .describe("Since when the store is closed for good and not listed among the active stores."),
};

/**
 * The last valid store and menu, which the service `config` publishes into the container `catalog` (id `page`).
 * `version` grows by one with each publication. A screen ignores a page that is older than the one it has.
 */
export const catalogPage = z
  .object({
    storeId,
    version: z.int().positive().describe("Grows by one with each publication."),
    publishedAt: moment.describe("When this page was published."),
    store: z
      .object({ ...storeSettings, texts: names(60, published), ...doors })
      .describe("The settings of the store, as admins last saved them, and whether it is open."),
    menu: z.array(menuDrink).describe("The drinks in the order of the menu, including those that are sold out."),
  })
  .describe("The last valid store and menu: what screens show.");
export type CatalogPage = z.infer<typeof catalogPage>;

/** The staff of a store (id `staff` in the container `catalog`). Only the server reads it; it is never sent to a screen. */
export const staffPage = z.object({
  storeId,
  version: z.int().positive(),
  epoch: z
    .int()
    .nonnegative()
    .optional()
    .describe(
      "Grows whenever somebody loses a role. The names of the staff groups contain it, so an earlier permission to join a group is void.",
    ),
  people: z.array(z.object({ phone: phoneNumber, name: z.string(), roles: z.array(role) })),
});
export type StaffPage = z.infer<typeof staffPage>;

/** The caller's identity and roles: `GET /api/me`. */
export const caller = z.object({
  customerId,
  phone: z
    .string()
    .optional()
    .describe("The phone number, with all but its last digits hidden. Missing for a paired display."),
  name: z.string().optional().describe("The name of a member of staff, or of a paired display."),
  roles: z.record(storeId, z.array(role)).describe("Roles by store."),
  stores: z
    .record(
      storeId,
      z.object({
        name: personText(60).describe("As screens show it."),
        retired: z.boolean().describe("Whether it is closed for good."),
      }),
    )
    .describe(
      "The stores that the caller works at, by store id. A store is missing until its first document is valid.",
    ),
});
export type Caller = z.infer<typeof caller>;
