import type { CatalogPage } from "./catalog.ts";
import type { Notice } from "./notice.ts";
import type { CodeWindow, DisplayOrder, OrderView, QueueView } from "./order.ts";

/**
 * The messages that screens receive over Web PubSub. Each contains the version of what it describes; a screen ignores a message that is not newer.
 *
 * | group | messages |
 * | --- | --- |
 * | `store.<storeId>` | page |
 * | `staff.<storeId>` | order from its submission on, queue, notice for the bar and for the display (which staff may open, too) |
 * | `display.<storeId>` | order from its number on (without the customer), queue, code, notice for the display |
 * | `admin.<storeId>` | code, rejected |
 * | `user.<customerId>` | order, except its submission, which the caller knows from the reply; notice for this customer |
 * | `session.<hash>` | none |
 * | `pairing.<hash>` | paired, for the waiting screen: see pairing.ts |
 *
 * After somebody has lost a role, the names of the groups for staff, displays and admins end with a number, the epoch: `staff.<storeId>.1`.
 *
 * In a rush, several messages for a group are sent as one: see {@link Pushed}.
 *
 * Each message to each screen is charged, so nothing is sent that no screen shows. The length of the queue would cause most of the messages, since
 * it changes with every order. Instead, phones request their place from time to time while their screen is visible.
 */
export type PushMessage = Traced &
  (
    | { kind: "order"; event: string; order: OrderView }
    | { kind: "page"; page: CatalogPage }
    | { kind: "queue"; queue: QueueView }
    | { kind: "code"; window: CodeWindow }
    | { kind: "notice"; notice: Notice }
    | { kind: "rejected"; documentId: string; problems: { path: string; message: string }[] }
  );

/** The `traceparent` of the event that caused the message. */
interface Traced {
  traceparent?: string;
}

/** What a connection delivers: one message, or several that were sent together. */
export type Pushed<T = PushMessage> = T | { kind: "together"; messages: T[] };

/** The messages in a delivery, in the order in which they were sent. Pure. */
export const messagesIn = (pushed: Pushed): PushMessage[] => (pushed.kind === "together" ? pushed.messages : [pushed]);

export const groups = {
  store: (storeId: string) => `store.${storeId}`,
  staff: (storeId: string, epoch = 0) => `staff.${storeId}${since(epoch)}`,
  display: (storeId: string, epoch = 0) => `display.${storeId}${since(epoch)}`,
  admin: (storeId: string, epoch = 0) => `admin.${storeId}${since(epoch)}`,
  user: (customerId: string) => `user.${customerId}`,
  /** All connections of one session, so that they can be closed with it. Nothing is sent to this group. */
  session: (sessionId: string) => sessionId.replace(":", "."),
  /** The screen that will get this session after its approval. */
  pairing: (sessionId: string) => sessionId.replace("session:", "pairing."),
};

/** See `epoch` of `staffPage`. */
const since = (epoch: number) => (epoch === 0 ? "" : `.${epoch}`);

/** The hub that contains all groups. */
export const hub = "crema";

/** The messages to the display group. */
export type DisplayMessage = Traced &
  ({ kind: "order"; event: string; order: DisplayOrder } | Extract<PushMessage, { kind: "code" | "queue" | "notice" }>);
