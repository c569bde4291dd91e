import * as z from "zod";
import { moment, personText, role, storeId, whole } from "./common.ts";
import { hours } from "./hours.ts";
import { mistake } from "./mistakes.ts";
import { fitsShared, groupIdOf, groupSettings, notTooLong, ownGroup, sharedId, sharedUse } from "./options.ts";
import { agesOf, pauseReasons } from "./order-states.ts";
import { names, namesAndLines } from "./texts.ts";

/**
 * The system properties that Cosmos DB adds to every document (`_etag`, `_ts` …). The documents that admins edit, in the admin app or directly
 * in the container `config`, may contain them; they are ignored. Any other unknown field is an error, so that a typo is found.
 */
export const systemFields = {
  _rid: z.unknown().optional(),
  _self: z.unknown().optional(),
  _etag: z.unknown().optional(),
  _attachments: z.unknown().optional(),
  _ts: z.unknown().optional(),
  _lsn: z.unknown().optional(),
};

function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are refused: browsers that are some years old accept names only, and an offset ignores daylight saving time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The most places that a queue can have, even if orders at the counter may exceed the store's capacity. */
export const mostPlaces = 1000;

export const storeSettings = {
  name: personText(60).describe("As screens show it."),
  texts: names(60),
  open: z
    .boolean()
    .describe(
      "Whether new customers are admitted. With opening hours, the document's value applies only from `switchedAt` until the next change of the hours.",
    ),
  timeZone: z
    .string()
    .refine(isTimeZone, {
      message: "is not the name of a time zone, such as Europe/Berlin",
      params: { mistake: "time-zone" },
    })
    .describe("The IANA name of the time zone. It determines the business day and therefore the order numbers."),
  capacity: whole(1, mostPlaces).describe("How many orders may be active (choosing to making) at once."),
  choosingMinutes: whole(1, 60).describe("How many minutes a customer has to choose."),
  makingMinutes: whole(1, 240).describe("After how many minutes an order that is not made expires."),
  notFetchedMinutes: whole(1, 240)
    .optional()
    .describe(
      "After how many minutes the customer of a ready order is called again, if nobody fetched it. Default: 10.",
    ),
  agingMinutes: whole(1, 239)
    .optional()
    .describe("After how many minutes the bar shows a ticket as aging. Default: 2."),
  lateMinutes: whole(2, 240).optional().describe("After how many minutes the bar shows a ticket as late. Default: 5."),
  codeMinutes: whole(1, 60)
    .refine((minutes) => 1440 % minutes === 0, {
      message: "must fit into a day a whole number of times",
      params: { mistake: "uneven-day" },
    })
    .describe(
      "Length of a code window in minutes. It must divide a day evenly, since windows are aligned to the clock.",
    ),
  scansPerCode: whole(1, 1000).describe("How many orders may be started in one code window."),
  openOrdersPerCustomer: whole(1, 20).describe("How many open orders a customer may have at once."),
  ordersPerDay: whole(1, 1000)
    .nullable()
    .describe("How many orders a customer may have in a business day; `null` for no limit."),
  staffWithoutLimits: z
    .boolean()
    .optional()
    .describe(
      "Whether baristas and admins of the store are exempt from `openOrdersPerCustomer` and `ordersPerDay`. Default: no.",
    ),
  counterBeyondCapacity: z
    .boolean()
    .optional()
    .describe("Whether orders at the counter may exceed `capacity`. Default: no."),
  counterWhileShut: z
    .boolean()
    .optional()
    .describe("Whether baristas may take orders at the counter while the store is closed or paused. Default: no."),
  readyTexts: z
    .boolean()
    .optional()
    .describe(
      "Whether customers may ask for an SMS when their order is ready. It is sent only if no push service accepted a message for them. The owner pays for each SMS. Default: no.",
    ),
};

/** What determines whether the store is open, besides the switch `open`. Catalog pages contain only the next change. */
export const storeRules = {
  hours: hours.optional(),
  switchedAt: moment
    .optional()
    .describe(
      "When a person last set `open`. With opening hours, that value applies until the next change of the hours.",
    ),
  pause: z
    .strictObject({
      until: moment.describe("When the pause ends by itself."),
      reason: personText(60).optional().describe("The reason, as the person who paused wrote it."),
      why: z.enum(pauseReasons).optional().describe("Which of the common reasons that is."),
    })
    .optional()
    .describe("A pause: until it ends, an open store admits nobody new."),
  retiredAt: moment
    .optional()
    .describe("Since when the store is closed for good. Nobody new is admitted, regardless of `open` and the hours."),
};

export const storeDocument = z
  .strictObject({
    id: z.literal("store"),
    kind: z.literal("store"),
    storeId,
    ...storeSettings,
    ...storeRules,
    ...systemFields,
  })
  .describe("The store: its name, whether it is open, and its limits.")
  .superRefine((store, context) => {
    const { aging, late } = agesOf(store);
    if (late <= aging)
      context.addIssue(mistake(["lateMinutes"], "not-later", `must be more than the ${aging} minutes of agingMinutes`));
  });
export type StoreDocument = z.infer<typeof storeDocument>;

const drinkIcons = ["cup", "cup-steam", "takeaway", "espresso", "glass"] as const;

export const drinkSettings = {
  name: personText(40).describe("As screens show it."),
  description: personText(80, 0).describe("The line below the name; may be empty."),
  texts: namesAndLines(),
  icon: z.enum(drinkIcons).describe("The icon of the drink."),
  available: z.boolean().describe("Whether it can be ordered now; a drink that cannot is shown as sold out."),
  position: whole(0, 10_000).describe("Place in the menu, lowest first."),
};

const options = z
  .array(z.union([ownGroup, sharedUse]))
  .max(10)
  .describe("The options of the drink, in the order in which screens show them: its own groups, and shared ones.");

const drinkId = z
  .string()
  .regex(/^drink:[a-z0-9][a-z0-9-]{0,39}$/, "must look like drink:flat-white")
  .describe("`drink:` and an identifier, which stays the same when the name on the menu changes.");

export const drinkDocument = z
  .strictObject({ id: drinkId, kind: z.literal("drink"), storeId, ...drinkSettings, options, ...systemFields })
  .describe("A drink of the menu. No two option groups, and no two choices of a group, have the same id.")
  .superRefine((drink, context) => {
    const ids = drink.options.map((group) => ("shared" in group ? groupIdOf(group.shared) : group.id));
    if (new Set(ids).size < ids.length) context.addIssue(mistake(["options"], "twice", "has the same id twice"));
    for (const [at, group] of drink.options.entries()) {
      if (!("shared" in group)) notTooLong(group, ["options", at], context);
    }
  });
export type DrinkDocument = z.infer<typeof drinkDocument>;

export const optionsDocument = z
  .strictObject({ id: sharedId, kind: z.literal("options"), storeId, ...groupSettings, ...systemFields })
  .describe(
    "A group of options that several drinks refer to. A change, or a choice that is sold out, applies to all of them. No two choices have the same id.",
  )
  .superRefine(fitsShared);

export const phoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/, "must be a phone number in the form +14255550100");

export const staffDocument = z
  .strictObject({
    id: z.string().describe("`staff:` and the phone number."),
    kind: z.literal("staff"),
    storeId,
    phone: phoneNumber.describe("The phone number that the person signs in with, including the country code."),
    name: personText(40).describe("The name that colleagues and customers see."),
    roles: z
      .array(role)
      .min(1, "needs at least one role")
      .refine((given) => new Set(given).size === given.length, {
        message: "has the same role twice",
        params: { mistake: "twice" },
      })
      .describe("What the person may do in this store."),
    ...systemFields,
  })
  .describe("A member of staff, with their roles. A store needs at least one admin.")
  .refine((staff) => staff.id === `staff:${staff.phone}`, {
    path: ["id"],
    message: "must be staff: and the phone number",
    params: { mistake: "other-id" },
  });
export type StaffDocument = z.infer<typeof staffDocument>;

/** Any document of the container `config`. */
export const configDocument = z.discriminatedUnion("kind", [
  storeDocument,
  drinkDocument,
  optionsDocument,
  staffDocument,
]);
export type ConfigDocument = z.infer<typeof configDocument>;
