import * as z from "zod";
import { customerId, moment, role, storeId } from "./common.ts";
import { drinkSettings, phoneNumber, storeSettings } from "./documents.ts";

/** A drink as screens show it. */
export const menuDrink = z.object({
  id: z.string().describe("Id of the drink, such as drink:latte."),
  ...drinkSettings,
});
export type MenuDrink = z.infer<typeof menuDrink>;

/**
 * The last good store and menu, published by the service `config` into the container `catalog` (id `page`).
 * `version` grows by one with each publication; a screen drops a page older than the one it has.
 */
export const catalogPage = z
  .object({
    storeId,
    version: z.int().positive().describe("Grows by one with each publication."),
    publishedAt: moment.describe("When it became what screens show."),
    store: z.object(storeSettings).describe("The settings of the store, as admins left them."),
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
  phone: z.string().describe("The number with all but its last digits hidden."),
  name: z.string().optional().describe("Their name where they are staff."),
  roles: z.record(storeId, z.array(role)).describe("Roles by store."),
});
export type Caller = z.infer<typeof caller>;
