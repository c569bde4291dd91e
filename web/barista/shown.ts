import type { OrderView } from "../../contracts/order.ts";

/** The open dialog, and the order that it is about. */
export type Shown =
  | {
      dialog: "close" | "pause" | "sold-out" | "more" | "stories" | "recall" | "counter" | "labels" | "keys" | "sounds";
    }
  | { dialog: "ticket" | "cancel" | "give-up"; order: OrderView };
