import type { ExpiryReason, OrderState, RefusalReason } from "../../contracts/order-states.ts";
import type { Section } from "../../web/admin/route.ts";
import type { Shown } from "../../web/barista/shown.ts";
import type { Screen } from "../../web/customer/screen.ts";
import type { LiveState } from "../../web/lib/live-state.ts";
import { account } from "../../web/lib/strings/en/account.ts";
import { admin } from "../../web/lib/strings/en/admin.ts";
import { barista } from "../../web/lib/strings/en/barista.ts";
import { common, errors } from "../../web/lib/strings/en/common.ts";
import { counter, labels } from "../../web/lib/strings/en/counter.ts";
import { customer } from "../../web/lib/strings/en/customer.ts";
import { devices, pair } from "../../web/lib/strings/en/devices.ts";
import { display } from "../../web/lib/strings/en/display.ts";
import { later } from "../../web/lib/strings/en/later.ts";
import { ordering } from "../../web/lib/strings/en/ordering.ts";
import { signIn } from "../../web/lib/strings/en/sign-in.ts";
import { staff } from "../../web/lib/strings/en/staff.ts";
import { stores } from "../../web/lib/strings/en/stores.ts";
import { story } from "../../web/lib/strings/en/story.ts";
import { tell } from "../../web/lib/strings/en/tell.ts";
import type { Message } from "../../web/lib/text.ts";

/** The texts that head a state: `title`, `fullTitle` … (`pageTitle` heads a window). */
type Title<Words> = Exclude<Extract<keyof Words, "title" | `${string}Title` | `${string}TitleNoNumber`>, "pageTitle">;

/**
 * Every screen and state of the apps, by what makes it, with the name under which a journey has it examined. What is new has to be named here: a title, a
 * screen, a dialog, a section, a state of an order or of the connection does not compile without, and a component is missed by `test/web/examined.test.ts`,
 * which also looks that each name is examined. `Journey.examine` looks that what is examined bears its title.
 */

/** By the texts that head them. */
const titled = [
  titles(customer, {
    signInTitle: "customer-sign-in",
    scanTitle: "customer-scan",
    closedTitle: "customer-closed",
    pausedTitle: "customer-paused",
    retiredTitle: "customer-retired",
    fullTitle: "busy-full-before-sign-in",
    slowTitle: "customer-slow",
    problemTitle: "customer-problem",
    offlineTitle: "customer-no-network",
  }),
  titles(ordering, { chooseTitle: "customer-menu", optionsTitle: "customer-options" }),
  titles(later, {
    typeTitle: "customer-type-code",
    freeTitle: "customer-free-again",
    openTitle: "customer-open-again",
    codeUnknownTitle: "customer-typed-unknown",
    codeOverTitle: "customer-code-over",
    codeExhaustedTitle: "customer-code-exhausted",
    limitTitle: "customer-limit",
    dayLimitTitle: "customer-day-limit",
    cancelTitle: "busy-cancel",
    collectedTitle: "customer-collected",
    uncollectedTitle: "customer-uncollected",
    cancelledTitle: "customer-cancelled",
    barCancelledTitle: "customer-bar-cancelled",
    expiredYouTitle: "customer-expired",
    expiredBarTitle: "customer-expired-bar",
  }),
  titles(account, {
    title: "customer-account",
    deleteTitle: "customer-delete",
    customerTitle: "admin-customer-data",
    customerDeleteTitle: "admin-customer-delete",
  }),
  titles(tell, { title: "customer-tell" }),
  titles(display, {
    signInTitle: "display-sign-in",
    pairTitle: "display-pair",
    scanTitle: "display-empty",
    takenTitle: "display-taken",
    comingTitle: "display-coming",
    closedTitle: "display-closed",
    pausedTitle: "display-paused",
    fullTitle: "display-full",
  }),
  titles(barista, {
    title: "barista-empty",
    closeTitle: "bar-close",
    soldOutTitle: "barista-sold-out",
    menuTitle: "bar-more",
    soundsTitle: "bar-sounds",
    keysTitle: "bar-keys",
    presetsTitle: "bar-keys",
    giveUpTitle: "bar-give-up",
    recallTitle: "barista-recall",
    cancelTitle: "bar-cancel",
    cancelTitleNoNumber: "bar-cancel-arriving",
  }),
  titles(counter, { title: "barista-counter" }),
  titles(labels, { title: "barista-labels" }),
  titles(staff, {
    pauseTitle: "admin-pause",
    notAllowed: "barista-elsewhere",
    noLonger: "barista-no-longer",
    roleChanged: "barista-role-changed",
  }),
  titles(admin, {
    closeTitle: "admin-close",
    leaveTitle: "admin-leave",
    deleteTitle: "admin-delete-drink",
    conflictTitle: "admin-conflict",
    missingTitle: "admin-missing",
    settingsTitle: "admin-hours",
    ordersTitle: "admin-orders",
    peopleTitle: "admin-people",
  }),
  titles(admin.shared, { title: "admin-menu" }),
  titles(admin.history, { title: "admin-history-none" }),
  titles(admin.today, { title: "admin-today" }),
  titles(admin.days, { title: "admin-days" }),
  titles(devices, { title: "admin-devices", endTitle: "admin-end-device" }),
  titles(pair, { title: "admin-pair" }),
  titles(stores, {
    title: "admin-stores-one",
    newTitle: "admin-store-new",
    copyTitle: "admin-copy-menu",
    retireTitle: "admin-retire-phone-dark",
  }),
  titles(signIn, {
    codeTitle: "sign-in-code",
    tryTitle: "barista-sign-in",
  }),
  titles(story, {
    title: "story",
    titleShared: "story-of-a-stranger",
    storiesTitle: "barista-stories",
  }),
  // What all apps say of themselves.
  titles(common, {
    loading: "customer-loading",
    storeUnknown: "customer-store-unknown",
    notConfigured: "not-configured",
  }),
  titles(errors, { network: "bar-no-network" }),
];

/** Each title with the state in which it is examined. */
function titles<Words extends object, const Names extends Record<Title<Words>, string>>(
  words: Words,
  names: Names & Record<Exclude<keyof Names, keyof Words>, never>,
): { words: Words; names: Names } {
  return { words, names };
}

/** By what the code tells apart. */
const told = {
  "a customer's screen": {
    loading: "customer-loading",
    failed: "customer-no-network",
    "sign-in": "customer-sign-in",
    orders: "customer-orders",
    checking: "customer-checking",
    admitting: "customer-admitting",
    slow: "customer-slow",
    "scan-problem": "customer-code-over",
    full: "busy-full-before-sign-in",
    closed: "customer-closed",
    scan: "customer-scan",
    type: "customer-type-code",
    choosing: "customer-menu",
    ticket: "customer-queued",
    ended: "customer-collected",
  } as const satisfies Record<Screen, string>,
  "an order, to its customer": {
    refused: "customer-refused-full",
    choosing: "customer-menu",
    submitted: "customer-submitted",
    queued: "customer-queued",
    making: "customer-making",
    ready: "customer-ready",
    collected: "customer-collected",
    uncollected: "customer-uncollected",
    cancelled: "customer-cancelled",
    expired: "customer-expired",
  } as const satisfies Record<OrderState, string>,
  "why one was not let in": {
    closed: "customer-refused-closed",
    full: "customer-refused-full",
    limit: "customer-limit",
    "unknown-store": "customer-store-unknown",
  } as const satisfies Record<RefusalReason, string>,
  "whose time ran out": {
    customer: "customer-expired",
    barista: "customer-expired-bar",
  } as const satisfies Record<ExpiryReason, string>,
  "the connection, by day": {
    connecting: "customer-connecting",
    live: "customer-queued",
    reconnecting: "customer-reconnecting",
    polling: "customer-polling",
    offline: "customer-offline",
  } as const satisfies Record<LiveState, string>,
  "the connection, on the wall": {
    connecting: "display-connecting",
    live: "display-empty",
    reconnecting: "display-reconnecting",
    polling: "display-polling",
    offline: "display-offline",
  } as const satisfies Record<LiveState, string>,
  "a dialog of the bar": {
    close: "bar-close",
    pause: "bar-pause",
    "sold-out": "barista-sold-out",
    more: "bar-more",
    stories: "barista-stories",
    recall: "barista-recall",
    counter: "barista-counter",
    labels: "barista-labels",
    keys: "bar-keys",
    sounds: "bar-sounds",
    ticket: "barista-counter-ticket",
    cancel: "bar-cancel",
    "give-up": "bar-give-up",
  } as const satisfies Record<Shown["dialog"], string>,
  "a section of the admin app": {
    today: "admin-today",
    days: "admin-days",
    menu: "admin-menu",
    orders: "admin-orders",
    people: "admin-people",
    devices: "admin-devices",
    stores: "admin-stores-one",
  } as const satisfies Record<Section, string>,
};

/** By the components that there are; an app's own whole screens and dialogs first, with all that is examined of them besides what stands above. */
export const shownBy = {
  "customer/Customer.svelte": ["customer-scan", "customer-paused", "customer-closed-away", "forced-menu"],
  "customer/Account.svelte": ["customer-account", "customer-delete"],
  "customer/CancelDialog.svelte": ["busy-cancel", "customer-cancel-choosing"],
  "customer/Choose.svelte": ["customer-menu", "customer-just-sold-out", "customer-choice-sold-out", "busy-menu"],
  "customer/DrinkLine.svelte": ["customer-queued"],
  "customer/Ended.svelte": ["customer-collected", "customer-refused-full", "customer-refused-closed"],
  "customer/Glyph.svelte": ["customer-scan"],
  "customer/Limits.svelte": ["customer-limit-choosing", "customer-limit-today", "customer-limit-done"],
  "customer/Menu.svelte": ["customer-menu", "customer-menu-empty"],
  "customer/Options.svelte": ["customer-options", "busy-options"],
  "customer/Orders.svelte": ["customer-orders", "customer-orders-none", "customer-orders-told", "busy-orders"],
  "customer/ScanProblem.svelte": [
    "customer-scan-no-network",
    "customer-code-unknown",
    "busy-code-unknown",
    "customer-scan-limited",
  ],
  "customer/Tell.svelte": ["customer-tell", "customer-tell-on", "customer-tell-denied", "customer-tell-install"],
  "customer/TextMe.svelte": ["customer-tell-text", "customer-tell-both"],
  "customer/Ticket.svelte": [
    "customer-queued",
    "customer-recalled",
    "customer-back-in-queue",
    "customer-called",
    "busy-queued",
  ],
  "customer/TypeCode.svelte": ["customer-type-code", "customer-type-wrong"],
  "display/Board.svelte": ["display-empty", "display-ready", "display-recalled", "display-called", "busy-display"],
  "display/CodeCard.svelte": ["display-empty", "display-retired", "display-harbour", "display-taken"],
  "display/Column.svelte": ["busy-display"],
  "display/Display.svelte": ["display-loading", "display-no-network", "display-not-allowed"],
  "display/Pair.svelte": ["display-pair", "display-pair-portrait", "display-pair-loading"],
  "display/Qr.svelte": ["display-empty"],
  "barista/Barista.svelte": ["bar-loading", "bar-no-network", "bar-failed", "bar-store-unknown"],
  "barista/Board.svelte": ["barista-empty", "bar-closed", "bar-only-looking", "bar-1024", "bar-768"],
  "barista/CounterDialog.svelte": ["barista-counter", "barista-counter-number", "barista-counter-full"],
  "barista/CounterMark.svelte": ["barista-counter-board"],
  "barista/Counts.svelte": ["bar-1024"],
  "barista/Dialogs.svelte": ["bar-give-up"],
  "barista/EndedStrip.svelte": ["bar-ended"],
  "barista/KeysDialog.svelte": ["bar-keys"],
  "barista/LabelSheet.svelte": ["barista-counter-board"],
  "barista/LabelsDialog.svelte": ["barista-labels"],
  "barista/Messages.svelte": ["bar-refused"],
  "barista/MoreDialog.svelte": ["bar-more", "barista-stores"],
  "barista/Place.svelte": ["bar-1024"],
  "barista/ReadyTicket.svelte": ["barista-ready", "bar-late"],
  "barista/RecallDialog.svelte": ["barista-recall", "bar-recall-empty", "barista-counter-recall"],
  "barista/SoldOutDialog.svelte": ["barista-sold-out"],
  "barista/SoundsDialog.svelte": ["bar-sounds"],
  "barista/StoriesDialog.svelte": ["barista-stories", "bar-stories-none"],
  "barista/Ticket.svelte": [
    "barista-queue",
    "barista-making",
    "bar-late",
    "bar-arriving",
    "bar-refused",
    "bar-foreign",
  ],
  "barista/TicketDialog.svelte": ["barista-counter-ticket"],
  "barista/TopBar.svelte": ["bar-1280", "bar-1920", "bar-dark", "bar-forced", "bar-paused", "bar-reconnecting"],
  "barista/Undo.svelte": ["barista-undo"],
  "barista/UnfetchedTicket.svelte": [
    "barista-not-fetched",
    "barista-not-fetched-1024",
    "barista-counter-not-fetched",
    "busy-barista",
    "busy-barista-1024",
    "busy-barista-768",
    "busy-barista-phone",
  ],
  "admin/Admin.svelte": ["admin-loading", "admin-no-network", "admin-failed", "admin-not-allowed", "admin-sign-in"],
  "admin/Chart.svelte": ["busy-admin-desk-days", "busy-admin-phone-days"],
  "admin/CopyMenuDialog.svelte": ["admin-copy-menu"],
  "admin/CountTable.svelte": ["busy-admin-desk-today", "busy-admin-phone-today"],
  "admin/CustomerData.svelte": ["admin-customer-data", "admin-customer-delete"],
  "admin/DayTimes.svelte": ["admin-hours"],
  "admin/Days.svelte": ["admin-days", "admin-days-wrong"],
  "admin/Devices.svelte": ["admin-devices", "admin-end-device"],
  "admin/DrinkEditor.svelte": ["busy-admin-desk-drink", "busy-admin-phone-drink", "admin-drink-new"],
  "admin/EditorFrame.svelte": ["admin-conflict", "admin-conflict-gone", "admin-delete-drink"],
  "admin/Field.svelte": ["admin-wrong-fields"],
  "admin/FigureTile.svelte": ["admin-today"],
  "admin/FiguresTable.svelte": ["busy-admin-desk-today", "dark-admin-today"],
  "admin/Grip.svelte": ["admin-menu-moving"],
  "admin/GroupEditor.svelte": ["admin-wrong-fields"],
  "admin/GroupFields.svelte": ["admin-wrong-fields"],
  "admin/History.svelte": ["busy-admin-desk-history", "busy-admin-phone-history", "dark-admin-history"],
  "admin/HistoryFilters.svelte": ["busy-admin-desk-history", "busy-admin-phone-history"],
  "admin/HoursEditor.svelte": ["admin-hours", "admin-hours-phone"],
  "admin/InLanguages.svelte": ["admin-in-languages"],
  "admin/LineButtons.svelte": ["admin-wrong-fields"],
  "admin/Menu.svelte": ["admin-menu", "admin-menu-moving", "admin-menu-empty", "busy-admin-desk", "busy-admin-phone"],
  "admin/NewStore.svelte": ["admin-store-new"],
  "admin/OptionsEditor.svelte": ["admin-question-shared", "admin-question-new"],
  "admin/Orders.svelte": [
    "admin-orders",
    "admin-orders-none",
    "admin-cancel",
    "admin-only-looking",
    "busy-admin-desk-orders",
    "busy-admin-phone-orders",
  ],
  "admin/Pair.svelte": ["admin-pair", "admin-pair-found", "admin-pair-store"],
  "admin/People.svelte": ["admin-people", "busy-admin-desk-people", "busy-admin-phone-people"],
  "admin/Problems.svelte": ["admin-problem"],
  "admin/SharedQuestion.svelte": ["admin-drink-shares"],
  "admin/SharedQuestions.svelte": ["admin-menu", "admin-question-offered"],
  "admin/Sidebar.svelte": ["admin-closed", "admin-harbour", "admin-switch-phone-dark", "admin-reconnecting"],
  "admin/Spoken.svelte": ["busy-admin-desk-today"],
  "admin/StaffEditor.svelte": ["admin-person"],
  "admin/StepButtons.svelte": ["admin-menu-moving"],
  "admin/StoreEditor.svelte": ["admin-hours"],
  "admin/Stores.svelte": ["admin-stores-one", "admin-stores-phone-dark"],
  "admin/Tiles.svelte": ["busy-admin-desk-today"],
  "admin/Toasts.svelte": ["admin-question-shared-now"],
  "admin/Today.svelte": ["admin-today", "dark-admin-today"],
  "journey/Journey.svelte": ["story", "story-dark", "story-forced", "story-print"],
  "journey/Own.svelte": ["story", "story-shared-by-me", "story-sign-in", "story-no-network", "story-not-mine"],
  "journey/Shared.svelte": ["story-of-a-stranger", "story-gone"],
  "lib/CountdownBar.svelte": ["customer-menu"],
  "lib/Dialog.svelte": ["busy-cancel"],
  "lib/DrinkIcon.svelte": ["customer-menu"],
  "lib/LanguageSwitch.svelte": ["customer-scan", "arabic-menu", "german-menu"],
  "lib/LivePill.svelte": ["customer-offline"],
  "lib/NotStaff.svelte": ["barista-elsewhere", "barista-no-longer", "barista-role-changed"],
  "lib/Notices.svelte": ["busy-display", "busy-queued"],
  "lib/Root.svelte": ["broken"],
  "lib/SignIn.svelte": [
    "sign-in-code",
    "sign-in-wrong-code",
    "sign-in-no-network",
    "sign-in-wrong-number",
    "sign-in-again",
    "sign-in-refused",
  ],
  "lib/StatusMessage.svelte": ["customer-scan"],
  "lib/TryIt.svelte": ["barista-sign-in"],
  "lib/staff/CancelDialog.svelte": ["bar-cancel"],
  "lib/staff/ConfirmDialog.svelte": ["bar-close"],
  "lib/staff/PauseDialog.svelte": ["admin-pause", "bar-pause"],
  "lib/staff/SoldOutLine.svelte": ["barista-sold-out"],
  "lib/staff/StoreSwitch.svelte": ["admin-harbour", "barista-stores"],
  "lib/staff/StoryDialog.svelte": ["barista-story", "admin-story"],
  "lib/staff/Toggle.svelte": ["admin-menu"],
  "lib/story/Story.svelte": ["story", "barista-story"],
  "lib/story/Underneath.svelte": ["story-underneath"],
} as const;

type Leaf<T> = T extends string
  ? T
  : T extends readonly (infer One)[]
    ? One
    : T extends object
      ? Leaf<T[keyof T]>
      : never;

/** A state by its name. */
export type State = Leaf<(typeof titled)[number]["names"]> | Leaf<typeof told> | Leaf<typeof shownBy>;

const leaves = (tree: unknown): string[] =>
  typeof tree === "string" ? [tree] : Object.values(tree as object).flatMap(leaves);

/** The names of all. */
export const states: ReadonlySet<string> = new Set(leaves([titled.map(({ names }) => names), told, shownBy]));

/** What a state says of itself, as a pattern: where values stand there may be anything. */
export function titlesOf(state: State): RegExp[] {
  return titled.flatMap(({ words, names }) =>
    Object.entries(names)
      .filter(([, name]) => name === state)
      .map(([key]) => pattern(Reflect.get(words, key) as Message)),
  );
}

function pattern(message: Message): RegExp {
  const text = typeof message === "string" ? message : message.other;
  const parts = text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(parts.join(".*"), "iu");
}
