import type { CatalogPage } from "./catalog.ts";
import type { Notice } from "./notice.ts";
import type { CodeWindow, DisplayOrder, OrderView, QueueView } from "./order.ts";

/**
 * What a screen receives over Web PubSub. Each message carries the version of what it describes; a screen drops what is not newer.
 *
 * | group | messages |
 * | --- | --- |
 * | `store.<storeId>` | page |
 * | `staff.<storeId>` | order from its submission on, queue, notice for the bar and for the display (which staff may open, too) |
 * | `display.<storeId>` | order from its number on (without the customer), queue, code, notice for the display |
 * | `admin.<storeId>` | code, rejected |
 * | `user.<customerId>` | order, but for its submission: the reply told of that; notice for this customer |
 * | `session.<hash>` | none |
 * | `pairing.<hash>` | paired: to a screen that waits for that, see pairing.ts |
 *
 * Once somebody has lost a role, the names of the groups of staff, display and admin end with a number, the epoch: `staff.<storeId>.1`.
 *
 * In a rush what a group is told of several orders comes together, see {@link Pushed}.
 *
 * Each message to each screen is counted and paid: nothing is sent that no screen shows. The queue's length would be the most of all, since it
 * changes with everybody's order: phones ask for their place now and then instead, while they are looked at.
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

/** `traceparent` of the event that it tells of. */
interface Traced {
  traceparent?: string;
}

/** What comes over a connection: a message, or several that were told at the same time. */
export type Pushed<T = PushMessage> = T | { kind: "together"; messages: T[] };

/** The messages in it, in the order in which they were told. Pure. */
export const messagesIn = (pushed: Pushed): PushMessage[] => (pushed.kind === "together" ? pushed.messages : [pushed]);

export const groups = {
  store: (storeId: string) => `store.${storeId}`,
  staff: (storeId: string, epoch = 0) => `staff.${storeId}${since(epoch)}`,
  display: (storeId: string, epoch = 0) => `display.${storeId}${since(epoch)}`,
  admin: (storeId: string, epoch = 0) => `admin.${storeId}${since(epoch)}`,
  user: (customerId: string) => `user.${customerId}`,
  /** All connections of one session, to be closed with it; nothing is sent there. */
  session: (sessionId: string) => sessionId.replace(":", "."),
  /** The screen that will have this session, once it was approved. */
  pairing: (sessionId: string) => sessionId.replace("session:", "pairing."),
};

/** The epoch of the staff page, see there. */
const since = (epoch: number) => (epoch === 0 ? "" : `.${epoch}`);

/** The hub that all of them are groups of. */
export const hub = "crema";

/** What the display's group receives. */
export type DisplayMessage = Traced &
  ({ kind: "order"; event: string; order: DisplayOrder } | Extract<PushMessage, { kind: "code" | "queue" | "notice" }>);
