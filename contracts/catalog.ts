import * as z from "zod";
import { customerId, moment, personText, role, storeId } from "./common.ts";
import { drinkSettings, phoneNumber, storeSettings } from "./documents.ts";
import { optionGroup } from "./options.ts";
import { pauseReasons } from "./order-states.ts";

/** A drink as screens show it. */
export const menuDrink = z.object({
  id: z.string().describe("Id of the drink, such as drink:latte."),
  ...drinkSettings,
  options: z.array(optionGroup).max(10).describe("What can be chosen with it, in the order that screens show."),
});
export type MenuDrink = z.infer<typeof menuDrink>;

/** How the doors stand, and when they change by themselves: see opening.ts for what screens and the server make of it. */
const doors = {
  opensAt: moment.optional().describe("While it is closed, where hours say so: when it opens by itself."),
  closesAt: moment
    .optional()
    .describe("While it is open, where hours say so: when it lets in nobody more, at last orders."),
  pausedUntil: moment.optional().describe("Before this moment nobody new is let in, though it is open."),
  pauseReason: personText(60).optional().describe("Why, in the words of who paused."),
  pauseWhy: z
    .enum(pauseReasons)
    .optional()
    .describe("Which of the common reasons that is: screens say it in their reader's language."),
  retiredAt: moment.optional().describe("Since when it is closed for good, and in no list of stores that are run."),
};

/**
 * The last good store and menu, published by the service `config` into the container `catalog` (id `page`).
 * `version` grows by one with each publication; a screen drops a page older than the one it has.
 */
export const catalogPage = z
  .object({
    storeId,
    version: z.int().positive().describe("Grows by one with each publication."),
    publishedAt: moment.describe("When it became what screens show."),
    store: z
      .object({ ...storeSettings, ...doors })
      .describe("The settings of the store, as admins left them, and how its doors stand."),
    menu: z.array(menuDrink).describe("The drinks by their place, those sold out among them."),
  })
  .describe("The store and its menu, as they were found good last: what screens show.");
export type CatalogPage = z.infer<typeof catalogPage>;

/** Who works here (id `staff` in the container `catalog`): read by the server only, never sent to a screen. */
export const staffPage = z.object({
  storeId,
  version: z.int().positive(),
  epoch: z
    .int()
    .nonnegative()
    .optional()
    .describe(
      "Grows whenever somebody loses a role. The groups of staff are named after it, so that what opened one before opens nothing now.",
    ),
  people: z.array(z.object({ phone: phoneNumber, name: z.string(), roles: z.array(role) })),
});
export type StaffPage = z.infer<typeof staffPage>;

/** What the caller is: `GET /api/me`. */
export const caller = z.object({
  customerId,
  phone: z
    .string()
    .optional()
    .describe("The number with all but its last digits hidden; missing of a display that was paired."),
  name: z.string().optional().describe("Their name where they are staff; a paired display's own."),
  roles: z.record(storeId, z.array(role)).describe("Roles by store."),
  stores: z
    .record(
      storeId,
      z.object({
        name: personText(60).describe("As screens show it."),
        retired: z.boolean().describe("Whether it is closed for good."),
      }),
    )
    .describe("The stores that they work at, by their ids; one whose first document has a mistake is not there yet."),
});
export type Caller = z.infer<typeof caller>;
