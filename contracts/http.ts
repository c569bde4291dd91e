import * as z from "zod";
import { type caller, catalogPage } from "./catalog.ts";
import { apps, customerId, moment, orderId, personText, storeId, typedPhone } from "./common.ts";
import { session, staffDevice } from "./device.ts";
import { storeSettings } from "./documents.ts";
import { journeyLink, journeyStep, sharedStep } from "./journey.ts";
import { notice } from "./notice.ts";
import { codeWindow, displayOrder, orderView, queueView, waitRange } from "./order.ts";
import { cancelReasons, orderStates, pauseReasons } from "./order-states.ts";
import { placedProblem } from "./problem.ts";

/** Every snapshot contains the server's time, so that a screen shows the right remaining time even if the clock of its device is wrong. */
const now = moment.describe("The server's time.");

const ownSecret = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22,64}$/, "must be 22 to 64 letters, digits, hyphens or underscores, made by chance");

/** Requests and replies of the HTTP API. docs/catalogue/http.md, generated from tools/contracts/routes.ts, says which operation uses them and who may call it. */
export const challengeRequest = z.strictObject({
  ...typedPhone,
  language: z
    .string()
    .min(2)
    .max(35)
    .optional()
    .describe("The language of the message, such as de. English if the language is not supported."),
  challenge: ownSecret
    .optional()
    .describe(
      "A secret that the client generates and sends back with the code. If it is left out, the server generates one. A repeated request with the same secret is the same challenge: while its code is valid, no second message is sent.",
    ),
});
export type ChallengeRequest = z.infer<typeof challengeRequest>;
export const challengeReply = z.object({
  challenge: z.string().describe("Send this back with the code. It is secret: anybody who has it can try five codes."),
  expiresAt: moment.describe("When the code expires."),
  resendAt: moment.describe("Before this moment, no other code is sent to the phone number."),
  now,
});
export type ChallengeReply = z.infer<typeof challengeReply>;

/** Signs in with a code. Idempotent: a repeated request returns the same session while the code is valid. */
export const sessionRequest = z.strictObject({
  challenge: z.string().min(10).max(200).describe("The challenge from the reply to the first request."),
  code: z
    .string()
    .regex(/^\d{6}$/, "must be six digits")
    .describe("The code from the message."),
  app: z.enum(apps).optional().describe("The app that signs in, for the list of devices."),
  store: storeId
    .optional()
    .describe(
      "The store that the app shows, for the list of devices: it hides the session of a member of its staff from other stores.",
    ),
  touch: z
    .boolean()
    .optional()
    .describe("Whether the device has a touch screen, for the list of devices: an iPad identifies itself as a Mac."),
});
export type SessionRequest = z.infer<typeof sessionRequest>;
export const sessionReply = z.object({
  token: z.string().describe("Send this as `Authorization: Bearer <token>`. It is secret."),
  expiresAt: moment.describe("When the session expires, unless it is ended before."),
});
export type SessionReply = z.infer<typeof sessionReply>;
export type CallerReply = z.infer<typeof caller>;

export const sessionsReply = z.object({
  sessions: z.array(session).describe("The sessions, most recently used first."),
  now,
});
export type SessionsReply = z.infer<typeof sessionsReply>;

export const devicesReply = z.object({
  devices: z.array(staffDevice).describe("The devices, ordered by the person's name, then most recently used first."),
  now,
});
export type DevicesReply = z.infer<typeof devicesReply>;
/** The person whose sessions are all ended. */
export const endDevicesQuery = z.strictObject({
  person: customerId.describe("The person's id from the list of devices."),
});

const base64url = (bytes: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}=*$`),
      `must be ${bytes} bytes in base64url, as the browser gives them`,
    );

export const pushKeyReply = z.object({
  key: z.string().describe("The public key (VAPID) to subscribe with; push messages are signed with its private key."),
  now,
});
export type PushKeyReply = z.infer<typeof pushKeyReply>;

/** A browser's subscription to push messages, from its `PushSubscription`. */
export const pushRequest = z.strictObject({
  endpoint: z
    .url({ protocol: /^https$/, error: "must be an https: address" })
    .max(2_000)
    .describe("The URL that messages are sent to."),
  keys: z
    .strictObject({
      p256dh: base64url(65).describe("The browser's public key."),
      auth: base64url(16).describe("The browser's secret."),
    })
    .describe("The keys that messages are encrypted with."),
  key: base64url(65).describe("The key that the subscription was created with: see PushKeyReply."),
  language: z
    .string()
    .min(2)
    .max(35)
    .describe("The language of the messages, such as de. English if the language is not supported."),
});
export type PushRequest = z.infer<typeof pushRequest>;

/** Requests an SMS for the moment when one of the caller's orders is ready. */
export const textRequest = z.strictObject({ language: pushRequest.shape.language });

export const pageReply = z.object({ page: catalogPage, now });
export type PageReply = z.infer<typeof pageReply>;

/** The waiting time is not pushed; screens request it. */
const wait = waitRange
  .optional()
  .describe("The waiting time for a new order; missing if there is too little data for an estimate.");

export const queueReply = z.object({ queue: queueView, wait, now });
export type QueueReply = z.infer<typeof queueReply>;

/** How a screen connects for push messages: a Web PubSub client URL. */
export const liveReply = z.object({ url: z.string().describe("A Web PubSub client URL, valid for a minute."), now });
export type LiveReply = z.infer<typeof liveReply>;

export const codeReply = z.object({
  window: codeWindow,
  code: z
    .string()
    .optional()
    .describe("The code; missing once it is used up: the display hides it until `window.closesAt`."),
  url: z.string().optional().describe("The URL in the QR code."),
  now,
});
export type CodeReply = z.infer<typeof codeReply>;

/** Holds a scan of a code while the customer signs in. Idempotent: a repeated request is the same hold. */
export const holdRequest = z.strictObject({
  code: z.string().trim().toUpperCase().min(1).max(20).describe("The code on the display."),
  hold: ownSecret.describe("A secret that the client generates and sends with the scan."),
});
export const holdReply = z.object({
  expiresAt: moment.describe("When the hold expires."),
  repeated: z.boolean().describe("Whether the scan was held already."),
  now,
});
export type HoldReply = z.infer<typeof holdReply>;

export const scanRequest = z.strictObject({
  code: z.string().trim().toUpperCase().min(1).max(20).describe("The code on the display."),
  after: orderId
    .optional()
    .describe("To order again with the same code: the caller's order from the earlier scan, which must have ended."),
  hold: ownSecret.optional().describe("The secret of the hold, if a scan of this code is held: see HoldRequest."),
});
/** The order begins at once, but cannot be read until the orchestration has admitted or refused it a moment later. */
export const scanReply = z.object({
  orderId: orderId.describe("The order's id; the order can be read a moment later."),
  repeated: z.boolean().describe("Whether an earlier scan of this code began the order."),
});
export type ScanReply = z.infer<typeof scanReply>;

/** The name that a customer at the counter gives for the cup: short enough for a label. */
const cupName = personText(40);
export const orderReply = z.object({
  order: orderView,
  name: cupName.optional().describe("For staff only: the name for the cup, until the business day is over."),
  ahead: z.int().nonnegative().optional().describe("While the order is queued: how many orders are ahead of it."),
  wait: waitRange
    .optional()
    .describe(
      "The remaining waiting time, until the order is ready; missing if there is too little data for an estimate.",
    ),
  now,
});
export type OrderReply = z.infer<typeof orderReply>;

const oneState = `(${orderStates.join("|")})`;
const dayOrMoment = z.union(
  [z.iso.date(), z.iso.datetime()],
  "must be a day, such as 2026-06-15, or a moment in UTC, such as 2026-06-15T08:00:00Z",
);
const isDay = (of: string): boolean => !of.includes("T");

/**
 * Filters for past orders. With at least one of them, the list contains stored orders in any state, newest first. An order must match all of
 * the given filters.
 */
export const ordersQuery = z
  .strictObject({
    day: z.iso
      .date("must be a day, such as 2026-06-15")
      .optional()
      .describe("The business day that an order belongs to."),
    from: dayOrMoment
      .optional()
      .describe("Orders whose customer was admitted at or after this moment. Or: the first business day."),
    to: dayOrMoment
      .optional()
      .describe("Orders whose customer was admitted before this moment. Or: the last business day, inclusive."),
    state: z
      .string()
      .regex(
        new RegExp(`^${oneState}(,${oneState})*$`),
        `must be one or several of ${orderStates.join(", ")}, with commas between`,
      )
      .optional()
      .describe("The order's state: one, or several separated by commas."),
    drink: z
      .string()
      .min(1, "must not be empty")
      .max(60, "must be at most 60 characters")
      .optional()
      .describe("Id of a drink, such as drink:latte; it may have been removed from the menu."),
    number: z
      .string()
      .regex(/^[1-9]\d{0,6}$/, "must be a whole number from 1")
      .optional()
      .describe("The order's number."),
    barista: z
      .string()
      .min(1, "must not be empty")
      .max(64, "must be at most 64 characters")
      .optional()
      .describe("The barista who made the order: the name that screens show, or the id."),
    continuation: z
      .string()
      .max(4_000, "must be one that a reply held")
      .optional()
      .describe("The continuation token of the previous page; the filters must be the same."),
  })
  .refine(({ day, from, to }) => day === undefined || (from === undefined && to === undefined), {
    path: ["day"],
    message: "does not go with from or to",
  })
  .refine(({ from, to }) => from === undefined || to === undefined || isDay(from) === isDay(to), {
    path: ["to"],
    message: "must be a day where from is one, and a moment where from is one",
  })
  .refine(
    ({ from, to }) =>
      from === undefined || to === undefined || (isDay(to) ? from <= to : Date.parse(from) < Date.parse(to)),
    { path: ["to"], message: "must be after from; a day may be the same" },
  );
export type OrdersQuery = z.infer<typeof ordersQuery>;

/** The current notices of extensions for the caller. */
export const noticesReply = z.object({ notices: z.array(notice).describe("Newest first."), now });
export type NoticesReply = z.infer<typeof noticesReply>;

const used = z.int().nonnegative().describe("The current number.");
const most = z.int().positive().describe("The maximum.");
/** The limits on a customer's orders in a store, and how much of them is used. */
const orderLimits = z.object({
  open: z.object({ used, most }).describe("Orders that hold a place in the queue, and the limit."),
  day: z
    .object({ used, most, until: moment.describe("When the store's business day ends and the count restarts.") })
    .optional()
    .describe("Orders of the business day, and the limit; missing if there is no limit."),
});
export type OrderLimits = z.infer<typeof orderLimits>;

export const ordersReply = z.object({
  orders: z.array(orderView).describe("Open orders, oldest first, then ready orders. Past orders: newest first."),
  names: z
    .record(orderId, cupName)
    .optional()
    .describe(
      "For staff only: the names for cups of orders at the counter, by order id, until the business day is over.",
    ),
  limits: orderLimits
    .optional()
    .describe("With a customer's own orders: the limits on further orders. Missing if the caller has no limits."),
  queue: queueView,
  wait,
  notices: z
    .array(notice)
    .optional()
    .describe(
      "With open orders: the notices for displays and, for staff, for the bar. With a customer's own orders: the notices for that customer. Missing if they are not known, or if no extension shows notices.",
    ),
  continuation: z
    .string()
    .optional()
    .describe("With past orders: the continuation token for the next page, if there are more."),
  now,
});
export type OrdersReply = z.infer<typeof ordersReply>;
/** The reply to a display: orders without personal data. */
export const displayOrdersReply = ordersReply.omit({ names: true, limits: true }).extend({
  orders: z.array(displayOrder).describe("Open orders, oldest first, then ready orders."),
});
export type DisplayOrdersReply = z.infer<typeof displayOrdersReply>;
export const displayOrderReply = orderReply.omit({ name: true }).extend({ order: displayOrder });
export type DisplayOrderReply = z.infer<typeof displayOrderReply>;

/** Everything that happened to an order and is still stored, in chronological order. */
export const journeyReply = z.object({
  order: orderView,
  steps: z.array(journeyStep).describe("What happened, in chronological order."),
  whole: z
    .boolean()
    .describe(
      "Whether all events are still stored. For an order that ended long ago, the steps come from the order document only.",
    ),
  shared: z.boolean().describe("Whether there is a link that shows the journey to others."),
  now,
});
export type JourneyReply = z.infer<typeof journeyReply>;

export const shareRequest = z.strictObject({});
export const shareReply = z.object({
  link: journeyLink.describe(
    "The part of the link after its `#`, which browsers do not send to a server. It is returned only once and is not stored.",
  ),
  until: moment.describe("When the events, and the link with them, expire."),
  now,
});
export type ShareReply = z.infer<typeof shareReply>;

/** The link's secret is sent in the body, since URLs are logged. */
export const sharedJourneyRequest = z.strictObject({ link: journeyLink });
export const sharedJourneyReply = z.object({
  drink: orderView.shape.drink,
  steps: z.array(sharedStep).describe("What happened, in chronological order."),
  whole: z.boolean().describe("Whether all events are still stored."),
  now,
});
export type SharedJourneyReply = z.infer<typeof sharedJourneyReply>;

const version = z
  .int()
  .positive()
  .optional()
  .describe("The version that the caller saw. If it is out of date, the command is refused with the current order.");
export const commandRequest = z.strictObject({ version });
const wish = {
  drinkId: z.string().max(60).describe("Such as drink:latte."),
  options: z
    .record(z.string().max(200), z.array(z.string().max(200)).max(20))
    .refine((options) => Object.keys(options).length <= 20, "has more than 20 option groups")
    .default({})
    .describe("The chosen options by group. A group that is left out has its default."),
};
export const submitRequest = z.strictObject({ version, ...wish });
/** An order at the counter, which a barista places for a customer without a phone. */
export const placeRequest = z.strictObject({
  ...wish,
  name: cupName
    .optional()
    .describe("The name for the cup, if the customer gives one. Staff see it until the business day is over."),
});
export const cancelRequest = z.strictObject({
  version,
  note: personText(120).optional().describe("The reason, as text; required from a barista."),
  why: z
    .enum(cancelReasons)
    .optional()
    .describe("Which of the common reasons the note states. It is counted in the figures; the note is only shown."),
});
export type PlaceRequest = z.input<typeof placeRequest>;
export type SubmitRequest = z.input<typeof submitRequest>;
export type CancelRequest = z.input<typeof cancelRequest>;

/** The editable documents, with the mistakes in each. */
export const configReply = z.object({
  documents: z
    .array(
      z.object({
        document: z
          .looseObject({
            id: z.string().describe("Its id."),
            kind: z.string().describe("`store`, `drink`, `options` or `staff`."),
          })
          .describe("The current document."),
        etag: z.string().describe("The ETag; send it as `If-Match` with a change."),
        shown: z
          .string()
          .optional()
          .describe("For a member of staff: the phone number as people write it, such as +1 425 555 0100."),
        problems: z.array(placedProblem).describe("The mistakes in the document; empty if it is valid."),
      }),
    )
    .describe("The store, the drinks, the shared option groups, and the staff."),
  now,
});
export type ConfigReply = z.infer<typeof configReply>;

const otherStore = storeId.describe("A store at which the caller is a barista or an admin.");
/** Creates another store, with the settings of the store in the URL. */
export const storeRequest = z.strictObject({
  name: storeSettings.name,
  timeZone: storeSettings.timeZone,
  menuOf: otherStore.optional().describe("The store whose menu is copied. If it is left out, the menu is empty."),
});
export const storeReply = z.object({
  storeId: storeId.describe("The id of the new store, which never changes."),
  drinks: z.int().nonnegative().describe("How many drinks are on its menu."),
  leftOut: z
    .int()
    .nonnegative()
    .describe("How many documents of the other menu were not copied because they are invalid."),
  repeated: z.boolean().describe("Whether an earlier request with the same idempotency key created the store."),
});
export type StoreRequest = z.infer<typeof storeRequest>;
export type StoreReply = z.infer<typeof storeReply>;

export const menuCopyRequest = z.strictObject({ from: otherStore });
export const menuCopyReply = z.object({
  drinks: z.int().nonnegative().describe("How many drinks were copied."),
  kept: z.int().nonnegative().describe("How many existed already and were not changed."),
  leftOut: z
    .int()
    .nonnegative()
    .describe("How many documents of the other menu were not copied because they are invalid."),
});
export type MenuCopyReply = z.infer<typeof menuCopyReply>;

export const retiredRequest = z.strictObject({
  retired: z.boolean().describe("Whether the store is closed for good."),
});
export const openRequest = z.strictObject({ open: z.boolean().describe("Whether new customers are admitted.") });
const pauseMinutes = [5, 10, 20] as const;
export const pauseRequest = z.strictObject({
  minutes: z
    .literal([...pauseMinutes], "must be 5, 10 or 20, or null to let people in again")
    .nullable()
    .describe("For how many minutes from now nobody new is admitted; `null` ends the pause."),
  reason: personText(60).optional().describe("The reason, as screens show it."),
  why: z
    .enum(pauseReasons)
    .optional()
    .describe("Which of the common reasons that is; screens show it in their reader's language."),
});
export const phoneRequest = challengeRequest.omit({ language: true, challenge: true });
export const phoneReply = z.object({
  phone: z.string().describe("The number in E.164, such as +14255550100."),
  shown: z.string().describe("The number as people write it, such as +1 425 555 0100."),
});
export type PhoneReply = z.infer<typeof phoneReply>;

const drinkIds = z.array(z.string().max(60)).max(1000);
export const personRequest = z.strictObject({
  phone: z
    .string()
    .regex(/^[a-z0-9+-]{1,40}$/, "must be the part of the document's id behind staff:, such as +14255550100")
    .describe("The person's phone number, as in the id of the document after `staff:`."),
});
export const arrangeRequest = z.strictObject({
  drinks: drinkIds.describe("Ids of all drinks of the menu, in the new order."),
  seen: drinkIds.describe(
    "The same ids in the order that the caller saw. The request is refused if the order has changed since.",
  ),
});
export const availableRequest = z.strictObject({
  available: z.boolean().describe("Whether the drink or choice can be ordered now."),
});
