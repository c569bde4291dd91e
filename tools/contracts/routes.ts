import type { ProblemCode } from "../../contracts/problem.ts";
import type { HttpSchema } from "./schemas.ts";

/** Who is let in: staff are baristas and admins of the store, `display` has its displays too. */
export type Access =
  | "anyone"
  | "signed-in"
  | "its-customer"
  | "its-customer-or-staff"
  | "its-customer-or-display"
  | "display"
  | "staff"
  | "admin";

/** One operation of the HTTP API; of an extension, schemas have names that it gives them. Tests hold them against what the application registers, lets in and answers. */
export interface Operation<Schema extends string = HttpSchema> {
  method: "get" | "post" | "put" | "delete";
  /** Under /api. */
  path: string;
  summary: string;
  access: Access;
  /** The parameters of its query. */
  query?: Schema;
  request?: Schema;
  /** Status of success, and what comes with it. */
  success: number;
  reply?: Schema;
  /** What a display gets in its place. */
  forDisplay?: Schema;
  /** Whether it can answer with CSV too. */
  csv?: boolean;
  /** Another success, with the same reply. */
  also?: number;
  /** Whether it takes If-Match. */
  guarded?: boolean;
  /** Whether it takes Idempotency-Key. */
  command?: boolean;
  /** Why it may be refused, beside what any request of its kind may be: see problemsOf. */
  problems?: ProblemCode[];
}

const store = "/stores/{storeId}";
const order = `${store}/orders/{orderId}`;
const command = (
  name: string,
  summary: string,
  access: Access,
  problems: ProblemCode[],
  request: HttpSchema = "CommandRequest",
): Operation => ({
  method: "post",
  path: `${order}/${name}`,
  summary,
  access,
  request,
  success: 200,
  reply: "OrderReply",
  command: true,
  problems: ["not-found", "forbidden", "order-state", "order-version", ...problems],
});

export const operations: Operation[] = [
  {
    method: "post",
    path: "/sign-in/challenges",
    summary: "Have a code sent by SMS",
    access: "anyone",
    request: "ChallengeRequest",
    success: 202,
    reply: "ChallengeReply",
    problems: [
      "number-not-served",
      "country-not-served",
      "resend-too-soon",
      "too-many-requests",
      "codes-used-up",
      "sms-refused",
    ],
  },
  {
    method: "post",
    path: "/sign-in/sessions",
    summary: "Sign in with the code",
    access: "anyone",
    request: "SessionRequest",
    success: 201,
    reply: "SessionReply",
    problems: ["challenge-over", "wrong-code"],
  },
  { method: "delete", path: "/sign-in/sessions/current", summary: "Sign out", access: "signed-in", success: 204 },
  { method: "delete", path: "/sign-in/sessions", summary: "Sign out everywhere", access: "signed-in", success: 204 },
  {
    method: "get",
    path: "/me",
    summary: "Who the caller is, with roles by store",
    access: "signed-in",
    success: 200,
    reply: "Caller",
  },
  {
    method: "get",
    path: "/me/sessions",
    summary: "Where the caller is signed in",
    access: "signed-in",
    success: 200,
    reply: "SessionsReply",
  },
  {
    method: "delete",
    path: "/me/sessions/{sessionId}",
    summary: "Sign out at another place",
    access: "signed-in",
    success: 204,
    problems: ["not-found"],
  },
  { method: "get", path: store, summary: "The store and its menu", access: "anyone", success: 200, reply: "PageReply" },
  {
    method: "get",
    path: `${store}/queue`,
    summary: "The length of the queue",
    access: "anyone",
    success: 200,
    reply: "QueueReply",
  },
  {
    method: "get",
    path: `${store}/live`,
    summary: "An address to listen at for what the caller may hear",
    access: "anyone",
    success: 200,
    reply: "LiveReply",
  },
  {
    method: "get",
    path: `${store}/notices`,
    summary:
      "The notices on display that concern the caller, newest first: their own, and those of the screens that they work with",
    access: "signed-in",
    success: 200,
    reply: "NoticesReply",
  },
  {
    method: "get",
    path: `${store}/code`,
    summary: "The code of the present window",
    access: "display",
    success: 200,
    reply: "CodeReply",
  },
  {
    method: "post",
    path: `${store}/holds`,
    summary: "Have a scan of a code kept while signing in",
    access: "anyone",
    request: "HoldRequest",
    success: 201,
    also: 200,
    reply: "HoldReply",
    problems: ["store-closed", "store-paused", "code-unknown", "code-over", "code-exhausted", "too-many-requests"],
  },
  {
    method: "post",
    path: `${store}/scans`,
    summary: "Begin an order with a scanned code",
    access: "signed-in",
    request: "ScanRequest",
    success: 201,
    also: 200,
    reply: "ScanReply",
    command: true,
    problems: [
      "forbidden",
      "store-closed",
      "store-paused",
      "code-unknown",
      "code-over",
      "code-exhausted",
      "too-many-requests",
    ],
  },
  {
    method: "get",
    path: `${store}/my-orders`,
    summary: "The caller's orders, newest first",
    access: "signed-in",
    success: 200,
    reply: "OrdersReply",
  },
  {
    method: "get",
    path: `${store}/orders`,
    summary:
      "Open orders, oldest first, then those ready; with parameters (for staff) past ones, newest first; as CSV, in parts, past ones",
    access: "display",
    query: "OrdersQuery",
    success: 200,
    reply: "OrdersReply",
    forDisplay: "DisplayOrdersReply",
    csv: true,
  },
  {
    method: "post",
    path: `${store}/orders`,
    summary: "Take an order at the counter, for somebody without a phone: it is in the queue, with its number, at once",
    access: "staff",
    request: "PlaceRequest",
    success: 201,
    reply: "OrderReply",
    command: true,
    problems: ["store-closed", "store-paused", "queue-full", "drink-unavailable", "bad-option"],
  },
  {
    method: "get",
    path: order,
    summary: "One order; 404 until it is admitted",
    access: "its-customer-or-display",
    success: 200,
    reply: "OrderReply",
    forDisplay: "DisplayOrderReply",
    problems: ["not-found"],
  },
  {
    method: "get",
    path: `${order}/journey`,
    summary: "All that happened to an order, with the events behind it",
    access: "its-customer-or-staff",
    success: 200,
    reply: "JourneyReply",
    problems: ["not-found"],
  },
  {
    method: "post",
    path: `${order}/share`,
    summary: "Make a link that shows one's own order's journey to anyone",
    access: "its-customer",
    request: "ShareRequest",
    success: 201,
    reply: "ShareReply",
    problems: ["not-found"],
  },
  {
    method: "delete",
    path: `${order}/share`,
    summary: "Take back every link to one's own order's journey",
    access: "its-customer",
    success: 204,
    problems: ["not-found"],
  },
  {
    method: "post",
    path: `${store}/shared-journeys`,
    summary: "What a link shows: the journey of an order, without anything personal",
    access: "anyone",
    request: "SharedJourneyRequest",
    success: 200,
    reply: "SharedJourneyReply",
    problems: ["not-found", "too-many-requests"],
  },
  command(
    "submit",
    "Choose the drink",
    "its-customer",
    ["drink-unavailable", "choice-unavailable", "bad-option"],
    "SubmitRequest",
  ),
  command("cancel", "Cancel, as its customer or as a barista", "its-customer-or-staff", [], "CancelRequest"),
  command("claim", "Begin to make it", "staff", ["order-held"]),
  command("release", "Give it back to the queue", "staff", ["order-held"]),
  command("ready", "Say that it is made", "staff", []),
  command("collect", "Say that it was handed over", "staff", []),
  command(
    "recall",
    "Take back that it is ready, was handed over, or was cancelled by the bar, for ten minutes",
    "staff",
    ["recall-over", "queue-full"],
  ),
  command("call", "Call its customer again", "staff", []),
  command("give-up", "Say that nobody fetched it", "staff", []),
  {
    method: "get",
    path: `${store}/config`,
    summary: "The editable documents, with what is wrong with each",
    access: "staff",
    success: 200,
    reply: "ConfigReply",
  },
  {
    method: "put",
    path: `${store}/config/{documentId}`,
    summary: "Write a document; without If-Match it must be new",
    access: "admin",
    request: "ConfigDocument",
    success: 200,
    reply: "ConfigDocument",
    guarded: true,
    problems: ["not-found", "document-changed", "document-invalid"],
  },
  {
    method: "delete",
    path: `${store}/config/{documentId}`,
    summary: "Take a drink, a group that no drink has any more, or a person away",
    access: "admin",
    success: 204,
    guarded: true,
    problems: ["not-found", "document-changed", "document-invalid"],
  },
  {
    method: "post",
    path: `${store}/stores`,
    summary: "Make another store beside this one, closed, with its settings; the caller is its first admin",
    access: "admin",
    request: "StoreRequest",
    success: 201,
    also: 200,
    reply: "StoreReply",
    command: true,
    problems: ["unknown-store", "forbidden", "too-many-stores"],
  },
  {
    method: "post",
    path: `${store}/menu-copies`,
    summary: "Copy what the menu of another store has and this one has not",
    access: "admin",
    request: "MenuCopyRequest",
    success: 200,
    reply: "MenuCopyReply",
    command: true,
    problems: ["forbidden"],
  },
  {
    method: "post",
    path: `${store}/retired`,
    summary: "Close the store for good, or bring it back",
    access: "admin",
    request: "RetiredRequest",
    success: 200,
    reply: "ConfigDocument",
    command: true,
    problems: ["not-found", "document-invalid"],
  },
  {
    method: "post",
    path: `${store}/open`,
    summary: "Open or close the store",
    access: "staff",
    request: "OpenRequest",
    success: 200,
    reply: "ConfigDocument",
    command: true,
    problems: ["not-found", "document-invalid", "store-closed"],
  },
  {
    method: "post",
    path: `${store}/pause`,
    summary: "Let nobody new in for some minutes, or let people in again",
    access: "staff",
    request: "PauseRequest",
    success: 200,
    reply: "ConfigDocument",
    command: true,
    problems: ["not-found", "document-invalid"],
  },
  {
    method: "post",
    path: `${store}/drinks/{drinkId}/available`,
    summary: "Put a drink on the menu or mark it sold out",
    access: "staff",
    request: "AvailableRequest",
    success: 200,
    reply: "ConfigDocument",
    command: true,
    problems: ["not-found", "document-invalid"],
  },
  {
    method: "post",
    path: `${store}/options/{groupId}/{choiceId}/available`,
    summary: "Mark a choice sold out in every drink at once, or offer it again",
    access: "staff",
    request: "AvailableRequest",
    success: 204,
    command: true,
    problems: ["not-found", "document-invalid"],
  },
  {
    method: "get",
    path: `${store}/devices`,
    summary: "Where those who work here are signed in to work",
    access: "admin",
    success: 200,
    reply: "DevicesReply",
  },
  {
    method: "delete",
    path: `${store}/devices`,
    summary: "Sign one of them out everywhere they work",
    access: "admin",
    query: "EndDevicesQuery",
    success: 204,
  },
  {
    method: "delete",
    path: `${store}/devices/{deviceId}`,
    summary: "Sign one of these devices out",
    access: "admin",
    success: 204,
    problems: ["not-found"],
  },
  {
    method: "post",
    path: `${store}/pairings`,
    summary: "Have a code that an admin makes this screen a display by",
    access: "anyone",
    request: "PairingRequest",
    success: 201,
    reply: "PairingReply",
    problems: ["too-many-requests"],
  },
  {
    method: "post",
    path: `${store}/pairings/look`,
    summary: "Whether this screen was made a display",
    access: "anyone",
    request: "PairingLookRequest",
    success: 200,
    reply: "PairingLookReply",
    problems: ["pairing-over"],
  },
  {
    method: "get",
    path: `${store}/pairings/{code}`,
    summary: "What shows a code, to be seen before it is approved",
    access: "admin",
    success: 200,
    reply: "AskingReply",
    problems: ["pairing-over", "too-many-requests"],
  },
  {
    method: "post",
    path: `${store}/pairings/{code}/approval`,
    summary: "Make the screen that shows a code a display, until it is ended",
    access: "admin",
    request: "ApproveRequest",
    success: 204,
    problems: ["pairing-over", "too-many-requests"],
  },
  {
    method: "get",
    path: `${store}/insights`,
    summary: "The figures of some days, by day or hour",
    access: "staff",
    query: "InsightsQuery",
    success: 200,
    reply: "InsightsReply",
    csv: true,
  },
  {
    method: "post",
    path: `${store}/insights/recount`,
    summary: "Count days anew out of the archive of events",
    access: "admin",
    request: "RecountRequest",
    success: 200,
    reply: "RecountReply",
  },
  {
    method: "get",
    path: "/health",
    summary: "Whether the service can do its work; 503 when not",
    access: "anyone",
    success: 200,
  },
];
