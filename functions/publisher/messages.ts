import type { CremaEvent } from "../../contracts/events.ts";
import { storeOf } from "../../contracts/events.ts";
import type { OrderView } from "../../contracts/order.ts";
import { type DisplayMessage, type DisplayOrder, groups, type PushMessage } from "../../contracts/push.ts";

/** A message and the groups that receive it. */
export interface Push {
  groups: string[];
  message: PushMessage | DisplayMessage;
}

/** What an event means to screens. Pure. */
export function pushesOf(event: CremaEvent): Push[] {
  const storeId = storeOf(event.subject);
  switch (event.type) {
    case "crema.queue.changed.v1":
      return [{ groups: [groups.store(storeId)], message: { kind: "queue", queue: event.data.queue } }];
    case "crema.store.changed.v1":
    case "crema.menu.changed.v1":
      return [{ groups: [groups.store(storeId)], message: { kind: "page", page: event.data.page } }];
    case "crema.config.rejected.v1":
      return [{ groups: [groups.staff(storeId)], message: { kind: "rejected", ...event.data } }];
    case "crema.code.scanned.v1":
    case "crema.code.returned.v1":
    case "crema.code.exhausted.v1":
    case "crema.code.rotated.v1":
      return [
        {
          groups: [groups.staff(storeId), groups.display(storeId)],
          message: { kind: "code", window: event.data.window },
        },
      ];
    default: {
      const { order } = event.data;
      return [
        {
          groups: [groups.staff(storeId), groups.user(order.customerId)],
          message: { kind: "order", event: event.type, order },
        },
        {
          groups: [groups.display(storeId)],
          message: { kind: "order", event: event.type, order: forDisplay(order) },
        },
      ];
    }
  }
}

const shown = [
  "id",
  "storeId",
  "version",
  "state",
  "number",
  "drink",
  "deadline",
  "createdAt",
  "queuedAt",
  "readyAt",
  "endedAt",
] as const satisfies (keyof DisplayOrder)[];

/** Field by field, so that what is added to orders later is not shown to a whole room by oversight. */
function forDisplay(order: OrderView): DisplayOrder {
  return Object.fromEntries(
    shown.filter((field) => field in order).map((field) => [field, order[field]]),
  ) as DisplayOrder;
}
