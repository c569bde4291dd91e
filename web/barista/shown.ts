import type { OrderView } from "../../contracts/order.ts";

/** Which dialog is open, and about which order. */
export type Shown =
  | {
      dialog: "close" | "pause" | "sold-out" | "more" | "stories" | "recall" | "counter" | "labels" | "keys" | "sounds";
    }
  | { dialog: "ticket" | "cancel" | "give-up"; order: OrderView };
