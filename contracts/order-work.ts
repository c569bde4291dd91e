import * as z from "zod";
import { orderId, storeId } from "./common.ts";
import { extensionName } from "./notice.ts";
import type { OrderState } from "./order-states.ts";

/** The activity with which an extension works on orders like a barista, under the same rules. Its input is {@link orderWork}, its result {@link OrderWorked}. */
export const orderWorkActivity = "orders-work";

export const orderWork = z.strictObject({
  storeId,
  orderId,
  command: z.enum(["claim", "release", "ready"]).describe("The command, as a barista would give it."),
  version: z
    .int()
    .positive()
    .describe("The last known version of the order. If the order has changed since, nothing is done."),
  as: z
    .strictObject({
      extension: extensionName.describe("The extension. It owns the orders that it claims, as a barista does."),
      name: z.string().min(1).max(40).describe("The name that screens show."),
    })
    .describe("Who gives the command."),
});
export type OrderWork = z.infer<typeof orderWork>;

/** The result. The activity is idempotent: a repeated call returns the first result. */
export interface OrderWorked {
  done: boolean;
  /** The order afterwards; missing if it does not exist. */
  order?: {
    state: OrderState;
    version: number;
    /** Whether this extension makes or made the order. */
    own: boolean;
  };
}

/** The opaque barista id of an extension. */
export function baristaIdOf(extension: string): string {
  return `barista-extension-${extension}`;
}
