import * as z from "zod";
import { moment, personText, role, storeId, whole } from "./common.ts";
import { hours } from "./hours.ts";
import { mistake } from "./mistakes.ts";
import { fitsShared, groupIdOf, groupSettings, notTooLong, ownGroup, sharedId, sharedUse } from "./options.ts";
import { agesOf, pauseReasons } from "./order-states.ts";
import { names, namesAndLines } from "./texts.ts";

/**
 * The documents that admins edit, in the admin app or straight in the container `config`.
 * Cosmos DB's own fields (`_etag`, `_ts` …) are allowed beside them and ignored; anything else unknown is an error, so that a typo is found.
 */
/** What Cosmos DB adds to every document. */
export const systemFields = {
  _rid: z.unknown().optional(),
  _self: z.unknown().optional(),
  _etag: z.unknown().optional(),
  _attachments: z.unknown().optional(),
  _ts: z.unknown().optional(),
  _lsn: z.unknown().optional(),
};

function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 are none: browsers of some years ago take names only, and summer time would pass them by.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Most places that a queue can have, also where the counter goes beyond what the store allows phones. */
export const mostPlaces = 1000;

export const storeSettings = {
  name: personText(60).describe("As screens show it."),
  texts: names(60),
  open: z
    .boolean()
    .describe("Whether new customers are let in. With hours, the document's counts only just after `switchedAt`."),
  timeZone: z
    .string()
    .refine(isTimeZone, {
      message: "is not the name of a time zone, such as Europe/Berlin",
      params: { mistake: "time-zone" },
    })
    .describe("IANA name; the business day and the order numbers follow it."),
  capacity: whole(1, mostPlaces).describe("Orders that may be active (choosing to making) at once."),
  choosingMinutes: whole(1, 60).describe("How long a customer has to choose."),
  makingMinutes: whole(1, 240).describe("How long an order may wait to be made; then it expires."),
  notFetchedMinutes: whole(1, 240)
    .optional()
    .describe("How long a ready order is waited for before its customer is called once more; 10 when it is left out."),
  agingMinutes: whole(1, 239)
    .optional()
    .describe("From how many minutes on a ticket at the bar is marked as getting old; 2 when it is left out."),
  lateMinutes: whole(2, 240)
    .optional()
    .describe("From how many minutes on it is marked as late; 5 when it is left out."),
  codeMinutes: whole(1, 60)
    .refine((minutes) => 1440 % minutes === 0, {
      message: "must fit into a day a whole number of times",
      params: { mistake: "uneven-day" },
    })
    .describe(
      "Length of a code window; it must fit the day a whole number of times, since windows are aligned to the clock.",
    ),
  scansPerCode: whole(1, 1000).describe("Orders that one code window may begin."),
  openOrdersPerCustomer: whole(1, 20).describe("Orders that a customer may have open at once."),
  ordersPerDay: whole(1, 1000)
    .nullable()
    .describe("Orders a customer may be served in a business day; `null` for as many as they like."),
  staffWithoutLimits: z
    .boolean()
    .optional()
    .describe("Whether these two limits do not hold for baristas and admins of the store; no when it is left out."),
  counterBeyondCapacity: z
    .boolean()
    .optional()
    .describe("Whether orders taken at the counter may go beyond `capacity`; no when it is left out."),
  counterWhileShut: z
    .boolean()
    .optional()
    .describe(
      "Whether baristas may take orders at the counter while the store is closed or paused; no when it is left out.",
    ),
  readyTexts: z
    .boolean()
    .optional()
    .describe(
      "Whether customers who ask for it are told by SMS that their order is ready, where no push message was taken for them. Each is paid for by the owner. No when it is left out.",
    ),
};

/** What the doors follow, beside the switch `open`. Of it, pages tell only what comes next. */
export const storeRules = {
  hours: hours.optional(),
  switchedAt: moment
    .optional()
    .describe("When a hand set `open` last. With hours it holds from then until their next change; then they say."),
  pause: z
    .strictObject({
      until: moment.describe("When it is over, by itself."),
      reason: personText(60).optional().describe("Why, in the words of who paused."),
      why: z.enum(pauseReasons).optional().describe("Which of the common reasons that is."),
    })
    .optional()
    .describe("For as long as it lasts nobody new is let in, though the store is open."),
  retiredAt: moment
    .optional()
    .describe("Since when the store is closed for good: whatever its switch and its hours say, nobody new is let in."),
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
  .describe("The store: its name, whether it is open, and how much it takes on.")
  .superRefine((store, context) => {
    const { aging, late } = agesOf(store);
    if (late <= aging)
      context.addIssue(mistake(["lateMinutes"], "not-later", `must be more than the ${aging} minutes of agingMinutes`));
  });
export type StoreDocument = z.infer<typeof storeDocument>;

const drinkIcons = ["cup", "cup-steam", "takeaway", "espresso", "glass"] as const;

export const drinkSettings = {
  name: personText(40).describe("As screens show it."),
  description: personText(80, 0).describe("A line below the name; may be empty."),
  texts: namesAndLines,
  icon: z.enum(drinkIcons).describe("The picture that stands for it."),
  available: z.boolean().describe("Whether it can be ordered now; a drink that cannot is shown as sold out."),
  position: whole(0, 10_000).describe("Place in the menu, lowest first."),
};

const options = z
  .array(z.union([ownGroup, sharedUse]))
  .max(10)
  .describe("What can be chosen with it, in the order that screens show: groups of its own, and shared ones.");

const drinkId = z
  .string()
  .regex(/^drink:[a-z0-9][a-z0-9-]{0,39}$/, "must look like drink:flat-white")
  .describe("`drink:` and a name of its own, which stays when the name on the menu changes.");

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
    "A group of options that drinks share by naming it: what is sold out or changed here is so in every one of them. No two choices have the same id.",
  )
  .superRefine(fitsShared);

export const phoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/, "must be a phone number in the form +14255550100");

export const staffDocument = z
  .strictObject({
    id: z.string().describe("`staff:` and the phone number."),
    kind: z.literal("staff"),
    storeId,
    phone: phoneNumber.describe("What the person signs in with, with the code of the country."),
    name: personText(40).describe("As screens show it to colleagues and customers."),
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
  .describe("Somebody who works here, and in which roles. A store needs at least one admin.")
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
