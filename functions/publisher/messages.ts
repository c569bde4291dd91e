import { odata } from "@azure/web-pubsub";
import type { CremaEvent } from "../../contracts/events.ts";
import { storeOf } from "../../contracts/events.ts";
import type { Notice } from "../../contracts/notice.ts";
import { displayOrder, type OrderView } from "../../contracts/order.ts";
import { type DisplayMessage, groups, type PushMessage } from "../../contracts/push.ts";

/** A message and the groups that receive it. */
export interface Push {
  groups: string[];
  message: PushMessage | DisplayMessage;
}

/** The messages to screens for an event, in the event's trace. Pure. @param epoch that of the store's staff page */
export function pushesOf(event: CremaEvent, epoch = 0): Push[] {
  const { traceparent } = event;
  return messagesOf(event, epoch).map(({ groups, message }) => ({
    groups,
    message: traceparent === undefined ? message : { ...message, traceparent },
  }));
}

/** Whether some of the groups have an epoch in their names, as those of the staff do. Pure. */
export function needEpoch(pushes: Push[]): boolean {
  return pushes.some(({ groups }) => groups.some((group) => /^(staff|display|admin)\./.test(group)));
}

/** The Web PubSub filter (OData) for the connections in any of these groups, each of which then gets the message once. Pure. */
export function inAnyOf(groups: string[]): string {
  return groups.map((group) => odata`${group} in groups`).join(" or ");
}

/** Whether messages about several orders may be batched for these groups: only if the groups receive all orders, unlike the group of one customer. Pure. */
export function isForAll({ groups, message }: Push): boolean {
  return message.kind === "order" && groups.every((group) => /^(staff|display)\./.test(group));
}

/**
 * The key and version of a message of which only the newest version matters; `undefined` for other messages. The key includes the group with its epoch, since
 * another epoch has other recipients. Pure.
 */
export function newestIn({ groups, message }: Push): { key: string; version: number } | undefined {
  const [heard] = groups;
  if (message.kind === "queue") return { key: `queue ${heard}`, version: message.queue.version };
  if (message.kind !== "code") return undefined;
  const { opensAt, version } = message.window;
  return { key: `code ${heard} ${opensAt}`, version };
}

function messagesOf(event: CremaEvent, epoch: number): Push[] {
  const storeId = storeOf(event.subject);
  switch (event.type) {
    case "crema.queue.changed.v1":
      return [
        {
          groups: [groups.staff(storeId, epoch), groups.display(storeId, epoch)],
          message: { kind: "queue", queue: event.data.queue },
        },
      ];
    case "crema.store.changed.v1":
    case "crema.menu.changed.v1":
      return [{ groups: [groups.store(storeId)], message: { kind: "page", page: event.data.page } }];
    case "crema.customer.deleted.v1":
      // The customer was signed out minutes ago.
      return [];
    case "crema.staff.changed.v1":
      // No screen shows it. `publish` closes connections because of it.
      return [];
    case "crema.scans.refused.v1":
      // Screens request figures.
      return [];
    case "crema.config.rejected.v1":
      return [{ groups: [groups.admin(storeId, epoch)], message: { kind: "rejected", ...event.data } }];
    case "crema.code.scanned.v1":
    case "crema.code.held.v1":
    case "crema.code.returned.v1":
    case "crema.code.exhausted.v1":
    case "crema.code.rotated.v1":
      return [
        {
          groups: [groups.admin(storeId, epoch), groups.display(storeId, epoch)],
          message: { kind: "code", window: event.data.window },
        },
      ];
    case "crema.notice.published.v1": {
      const { notice } = event.data;
      return [{ groups: hearersOf(notice, epoch), message: { kind: "notice", notice } }];
    }
    default:
      return pushesOfOrder(event.type, event.data.order, epoch);
  }
}

/** The groups for a notice. Staff also receive notices for the display, since they may have it open in their own session. Pure. */
function hearersOf({ storeId, audience }: Notice, epoch: number): string[] {
  if (typeof audience === "object") return [groups.user(audience.customer)];
  const staff = groups.staff(storeId, epoch);
  return audience === "bar" ? [staff] : [groups.display(storeId, epoch), staff];
}

/** The messages about an order. The table of groups says who receives them, and from which state on. Pure. */
function pushesOfOrder(event: string, order: OrderView, epoch: number): Push[] {
  const { storeId, customerId, counter, submittedAt, number, state } = order;
  const whole = [
    ...(submittedAt === undefined ? [] : [groups.staff(storeId, epoch)]),
    // An order taken at the counter has no customer with a phone.
    ...(state === "submitted" || counter ? [] : [groups.user(customerId)]),
  ];
  const pushes: Push[] = whole.length === 0 ? [] : [{ groups: whole, message: { kind: "order", event, order } }];
  if (number === undefined) return pushes;
  return [
    ...pushes,
    { groups: [groups.display(storeId, epoch)], message: { kind: "order", event, order: displayOrder.parse(order) } },
  ];
}
