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

/** In every snapshot, so that a screen can show the right remaining time on a device whose clock is wrong. */
const now = moment.describe("The server's time.");

const ownSecret = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22,64}$/, "must be 22 to 64 letters, digits, hyphens or underscores, made by chance");

/** Requests and replies of the HTTP API. Which operation takes and gives which, and who may: docs/catalogue/http.md, from tools/contracts/routes.ts. */
export const challengeRequest = z.strictObject({
  ...typedPhone,
  language: z
    .string()
    .min(2)
    .max(35)
    .optional()
    .describe("What the message is written in, such as de; English where we do not speak it."),
  challenge: ownSecret
    .optional()
    .describe(
      "A secret of the caller's own making, to be sent back with the code; one is made where it is left out. The same request again is the same challenge: while its code is good no second message is sent.",
    ),
});
export type ChallengeRequest = z.infer<typeof challengeRequest>;
export const challengeReply = z.object({
  challenge: z.string().describe("To be sent back with the code. Secret: whoever has it may guess five times."),
  expiresAt: moment.describe("Until when the code can be sent back."),
  resendAt: moment.describe("Before this moment no other code is sent to the number."),
  now,
});
export type ChallengeReply = z.infer<typeof challengeReply>;

/** Signs in with a code. The same request again, while the code is good, is the same session. */
export const sessionRequest = z.strictObject({
  challenge: z.string().min(10).max(200).describe("As the reply to the first request had it."),
  code: z
    .string()
    .regex(/^\d{6}$/, "must be six digits")
    .describe("From the message."),
  app: z.enum(apps).optional().describe("The app that signs in, for the list of devices."),
  store: storeId
    .optional()
    .describe("The store that it shows, for the same list: of whoever works there, other stores do not see it."),
  touch: z
    .boolean()
    .optional()
    .describe("Whether it has a touch screen, for the same list: of itself an iPad says that it is a Mac."),
});
export type SessionRequest = z.infer<typeof sessionRequest>;
export const sessionReply = z.object({
  token: z.string().describe("To be sent as `Authorization: Bearer <token>`. Secret."),
  expiresAt: moment.describe("Until when it is good, unless it is ended before."),
});
export type SessionReply = z.infer<typeof sessionReply>;
export type CallerReply = z.infer<typeof caller>;

export const sessionsReply = z.object({ sessions: z.array(session).describe("The one used last first."), now });
export type SessionsReply = z.infer<typeof sessionsReply>;

export const devicesReply = z.object({
  devices: z.array(staffDevice).describe("By name, of one person the one used last first."),
  now,
});
export type DevicesReply = z.infer<typeof devicesReply>;
/** Whose devices are all ended. */
export const endDevicesQuery = z.strictObject({ person: customerId.describe("As the list of devices has it.") });

const base64url = (bytes: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}=*$`),
      `must be ${bytes} bytes in base64url, as the browser gives them`,
    );

export const pushKeyReply = z.object({
  key: z.string().describe("The public key that push messages are signed with (VAPID), to subscribe with."),
  now,
});
export type PushKeyReply = z.infer<typeof pushKeyReply>;

/** A browser's subscription to push messages, as its `PushSubscription` tells it. */
export const pushRequest = z.strictObject({
  endpoint: z
    .url({ protocol: /^https$/, error: "must be an https: address" })
    .max(2_000)
    .describe("Where to send."),
  keys: z
    .strictObject({
      p256dh: base64url(65).describe("The browser's public key."),
      auth: base64url(16).describe("The browser's secret."),
    })
    .describe("What messages are encrypted with."),
  key: base64url(65).describe("The key that it was made with: see PushKeyReply."),
  language: z
    .string()
    .min(2)
    .max(35)
    .describe("What messages are written in, such as de; English where we do not speak it."),
});
export type PushRequest = z.infer<typeof pushRequest>;

/** Asks for an SMS when an order of the caller's is ready. */
export const textRequest = z.strictObject({ language: pushRequest.shape.language });

export const pageReply = z.object({ page: catalogPage, now });
export type PageReply = z.infer<typeof pageReply>;

/** Not pushed: it is asked for. */
const wait = waitRange
  .optional()
  .describe("Until what is ordered now is ready; missing when too little is known to tell.");

export const queueReply = z.object({ queue: queueView, wait, now });
export type QueueReply = z.infer<typeof queueReply>;

/** Where a screen listens: a Web PubSub client URL, good for a minute. */
export const liveReply = z.object({ url: z.string().describe("A Web PubSub client URL, good for a minute."), now });
export type LiveReply = z.infer<typeof liveReply>;

export const codeReply = z.object({
  window: codeWindow,
  code: z
    .string()
    .optional()
    .describe("Missing once the last scan is taken: the display hides it until `window.closesAt`."),
  url: z.string().optional().describe("The address the QR code holds."),
  now,
});
export type CodeReply = z.infer<typeof codeReply>;

/** Has a scan of a code kept, before signing in. The same request again is the same hold. */
export const holdRequest = z.strictObject({
  code: z.string().trim().toUpperCase().min(1).max(20).describe("What the display shows."),
  hold: ownSecret.describe("A secret of the caller's own making, to be sent with the scan."),
});
export const holdReply = z.object({
  expiresAt: moment.describe("Until when it is kept."),
  repeated: z.boolean().describe("Whether it was kept already."),
  now,
});
export type HoldReply = z.infer<typeof holdReply>;

export const scanRequest = z.strictObject({
  code: z.string().trim().toUpperCase().min(1).max(20).describe("What the display shows."),
  after: orderId
    .optional()
    .describe("The caller's order from an earlier scan of the same code, when it has ended and they want another."),
  hold: ownSecret.optional().describe("What a scan of this code is kept under, see HoldRequest."),
});
/** The order begins at once; it can be read a moment later, when the workflow has admitted or refused it. */
export const scanReply = z.object({
  orderId: orderId.describe("The order, which can be read a moment later."),
  repeated: z.boolean().describe("Whether an earlier scan of this code began it."),
});
export type ScanReply = z.infer<typeof scanReply>;

/** A name for a cup, as somebody at the counter says it: short enough for a label. */
const cupName = personText(40);
export const orderReply = z.object({
  order: orderView,
  name: cupName.optional().describe("For staff: the name that was given for the cup, until the day is over."),
  ahead: z.int().nonnegative().optional().describe("While it is queued: how many orders come before it."),
  wait: waitRange
    .optional()
    .describe("From now until it is ready, while it is waited for; missing when too little is known to tell."),
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
 * Which past orders: with any of these the list of orders is of all that are kept, in whatever state, the newest first; all given must be true of
 * an order.
 */
export const ordersQuery = z
  .strictObject({
    day: z.iso
      .date("must be a day, such as 2026-06-15")
      .optional()
      .describe("The business day that an order counts for."),
    from: dayOrMoment
      .optional()
      .describe("When its customer was let in: from this moment on. Or the first business day that it may count for."),
    to: dayOrMoment.optional().describe("And before this moment. Or the last such day."),
    state: z
      .string()
      .regex(
        new RegExp(`^${oneState}(,${oneState})*$`),
        `must be one or several of ${orderStates.join(", ")}, with commas between`,
      )
      .optional()
      .describe("Where it stands: one state, or several with commas between."),
    drink: z
      .string()
      .min(1, "must not be empty")
      .max(60, "must be at most 60 characters")
      .optional()
      .describe("Id of a drink, such as drink:latte; also of one that is on the menu no more."),
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
      .describe("Who made it: their name as screens show it, or their id."),
    continuation: z
      .string()
      .max(4_000, "must be one that a reply held")
      .optional()
      .describe("Of the page before, with the same filters."),
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

/** What extensions say to the caller now. */
export const noticesReply = z.object({ notices: z.array(notice).describe("Newest first."), now });
export type NoticesReply = z.infer<typeof noticesReply>;

const used = z.int().nonnegative().describe("So many there are.");
const most = z.int().positive().describe("So many there may be.");
/** What a customer may still order in a store. */
const orderLimits = z.object({
  open: z.object({ used, most }).describe("Orders that hold a place of the queue, and how many may at once."),
  day: z
    .object({ used, most, until: moment.describe("When the store's day is over, and counting begins anew.") })
    .optional()
    .describe("Orders of the store's day; missing where there may be as many as one likes."),
});
export type OrderLimits = z.infer<typeof orderLimits>;

export const ordersReply = z.object({
  orders: z.array(orderView).describe("Open ones oldest first, then those ready; past ones newest first."),
  names: z
    .record(orderId, cupName)
    .optional()
    .describe("For staff: the names that were given for cups at the counter, by order, until the day is over."),
  limits: orderLimits
    .optional()
    .describe("With a customer's own orders: how many more there may be. Missing for whom there is no limit."),
  queue: queueView,
  wait,
  notices: z
    .array(notice)
    .optional()
    .describe(
      "With open orders what displays and, for staff, the bar are told; with a customer's own what they are told. Missing when that is not known, or when no extension speaks.",
    ),
  continuation: z
    .string()
    .optional()
    .describe("Of past orders, when there are more: to be sent back for the next page."),
  now,
});
export type OrdersReply = z.infer<typeof ordersReply>;
/** What a display gets in their place: orders without a word about people. */
export const displayOrdersReply = ordersReply.omit({ names: true, limits: true }).extend({
  orders: z.array(displayOrder).describe("Open ones oldest first, then those ready."),
});
export type DisplayOrdersReply = z.infer<typeof displayOrdersReply>;
export const displayOrderReply = orderReply.omit({ name: true }).extend({ order: displayOrder });
export type DisplayOrderReply = z.infer<typeof displayOrderReply>;

/** All that happened to an order and is still kept, in its order. */
export const journeyReply = z.object({
  order: orderView,
  steps: z.array(journeyStep).describe("What happened, in its order."),
  whole: z
    .boolean()
    .describe(
      "Whether every event is still there. Of what ended long ago, only what the order itself remembers is told.",
    ),
  shared: z.boolean().describe("Whether there is a link that shows it to others."),
  now,
});
export type JourneyReply = z.infer<typeof journeyReply>;

export const shareRequest = z.strictObject({});
export const shareReply = z.object({
  link: journeyLink.describe(
    "Shown this once, and kept nowhere: what the link to the page holds after its `#`, which no browser sends to a server.",
  ),
  until: moment.describe("When the events will be gone, and the link with them."),
  now,
});
export type ShareReply = z.infer<typeof shareReply>;

/** A request with a body, so that the link's secret stands in no address that somebody keeps a log of. */
export const sharedJourneyRequest = z.strictObject({ link: journeyLink });
export const sharedJourneyReply = z.object({
  drink: orderView.shape.drink,
  steps: z.array(sharedStep).describe("What happened, in its order."),
  whole: z.boolean().describe("Whether every event is still there."),
  now,
});
export type SharedJourneyReply = z.infer<typeof sharedJourneyReply>;

const version = z
  .int()
  .positive()
  .optional()
  .describe("The version the caller saw; a stale one is refused with the current order.");
export const commandRequest = z.strictObject({ version });
const wish = {
  drinkId: z.string().max(60).describe("Such as drink:latte."),
  options: z
    .record(z.string().max(200), z.array(z.string().max(200)).max(20))
    .refine((options) => Object.keys(options).length <= 20, "has more than 20 option groups")
    .default({})
    .describe("Choices by option group; a group left out takes its default."),
};
export const submitRequest = z.strictObject({ version, ...wish });
/** What somebody without a phone wants, as a barista heard it. */
export const placeRequest = z.strictObject({
  ...wish,
  name: cupName.optional().describe("For the cup, if they give one: staff see it until the day is over."),
});
export const cancelRequest = z.strictObject({
  version,
  note: personText(120).optional().describe("Why, in words; needed from a barista."),
  why: z
    .enum(cancelReasons)
    .optional()
    .describe("Which of the common reasons the note is; counted, where the note is only shown."),
});
export type PlaceRequest = z.input<typeof placeRequest>;
export type SubmitRequest = z.input<typeof submitRequest>;
export type CancelRequest = z.input<typeof cancelRequest>;

/** An editable document as it stands, with what is wrong with it. */
export const configReply = z.object({
  documents: z
    .array(
      z.object({
        document: z
          .looseObject({
            id: z.string().describe("Its id."),
            kind: z.string().describe("`store`, `drink`, `options` or `staff`."),
          })
          .describe("The document as it stands."),
        etag: z.string().describe("To be sent as `If-Match` with a change."),
        shown: z.string().optional().describe("Of a person: the number as people write it, +1 425 555 0100."),
        problems: z.array(placedProblem).describe("What is wrong with it; nothing, when it is good."),
      }),
    )
    .describe("The store, the drinks, the groups of options that drinks share, and the people who work here."),
  now,
});
export type ConfigReply = z.infer<typeof configReply>;

const otherStore = storeId.describe("A store at which the caller is a barista or an admin.");
/** Another store, made beside the one in the address, whose settings it begins with. */
export const storeRequest = z.strictObject({
  name: storeSettings.name,
  timeZone: storeSettings.timeZone,
  menuOf: otherStore.optional().describe("The store whose menu it begins with; without it, with an empty one."),
});
export const storeReply = z.object({
  storeId: storeId.describe("What the new store is called in addresses, for good."),
  drinks: z.int().nonnegative().describe("How many drinks its menu begins with."),
  leftOut: z.int().nonnegative().describe("Documents of the other menu that have mistakes, and were not copied."),
  repeated: z.boolean().describe("Whether an earlier request with the same key made it."),
});
export type StoreRequest = z.infer<typeof storeRequest>;
export type StoreReply = z.infer<typeof storeReply>;

export const menuCopyRequest = z.strictObject({ from: otherStore });
export const menuCopyReply = z.object({
  drinks: z.int().nonnegative().describe("How many drinks were copied."),
  kept: z.int().nonnegative().describe("How many were there already, and stay as they are."),
  leftOut: z.int().nonnegative().describe("Documents of the other menu that have mistakes, and were not copied."),
});
export type MenuCopyReply = z.infer<typeof menuCopyReply>;

export const retiredRequest = z.strictObject({ retired: z.boolean().describe("Whether it is closed for good.") });
export const openRequest = z.strictObject({ open: z.boolean().describe("Whether new customers are let in.") });
const pauseMinutes = [5, 10, 20] as const;
export const pauseRequest = z.strictObject({
  minutes: z
    .literal([...pauseMinutes], "must be 5, 10 or 20, or null to let people in again")
    .nullable()
    .describe("For how long nobody new is let in, from now on; `null` lets people in again."),
  reason: personText(60).optional().describe("Why, as screens show it."),
  why: z
    .enum(pauseReasons)
    .optional()
    .describe("Which of the common reasons that is: screens say it in their reader's language."),
});
export const phoneRequest = challengeRequest.omit({ language: true, challenge: true });
export const phoneReply = z.object({
  phone: z.string().describe("The number in E.164, such as +14255550100."),
  shown: z.string().describe("The same as people write it: +1 425 555 0100."),
});
export type PhoneReply = z.infer<typeof phoneReply>;

const drinkIds = z.array(z.string().max(60)).max(1000);
export const personRequest = z.strictObject({
  phone: z
    .string()
    .regex(/^[a-z0-9+-]{1,40}$/, "must be the part of the document's id behind staff:, such as +14255550100")
    .describe("Whose: their number, as the id of their document has it behind `staff:`."),
});
export const arrangeRequest = z.strictObject({
  drinks: drinkIds.describe("Ids of all drinks of the menu, in the order that they are to have."),
  seen: drinkIds.describe("The same in the order that the caller saw; refused where it is another by now."),
});
export const availableRequest = z.strictObject({ available: z.boolean().describe("Whether it can be ordered now.") });
