import * as z from "zod";
import { orderId, storeId } from "./common.ts";
import { extensionName } from "./notice.ts";
import type { OrderState } from "./order-states.ts";

/** Name of the activity by which an extension works on orders as a barista does, under the same rules. Takes {@link orderWork}, answers {@link OrderWorked}. */
export const orderWorkActivity = "orders-work";

export const orderWork = z.strictObject({
  storeId,
  orderId,
  command: z.enum(["claim", "release", "ready"]).describe("What a barista would do."),
  version: z
    .int()
    .positive()
    .describe("The order's, as it was seen last. Nothing is done to one that somebody else has touched since."),
  as: z
    .strictObject({
      extension: extensionName.describe("Which extension it is; orders are its own as a barista's are theirs."),
      name: z.string().min(1).max(40).describe("As screens show it."),
    })
    .describe("Who works."),
});
export type OrderWork = z.infer<typeof orderWork>;

/** What became of it. Called twice, it is answered twice as the first time. */
export interface OrderWorked {
  done: boolean;
  /** What the order is then; missing when there is none. */
  order?: {
    state: OrderState;
    version: number;
    /** Whether it is this extension that makes it, or made it. */
    own: boolean;
  };
}

/** The opaque id that an extension has as a barista. */
export function baristaIdOf(extension: string): string {
  return `barista-extension-${extension}`;
}
