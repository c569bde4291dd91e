import type { OrderView } from "../../contracts/order.ts";
import { admin as words } from "../lib/strings/admin.ts";
import { isolated, t } from "../lib/text.ts";

/** Who ended an order and why, in words; empty for one that was served or is still open. */
export function endingOf({ state, end }: Pick<OrderView, "state" | "end">): string {
  if (end === undefined) return "";
  if (state === "cancelled") {
    if (end.by === "customer") return words.endings.customer;
    return end.note === undefined ? words.endings.bar : t(words.endings.barSays, { note: isolated(end.note) });
  }
  if (state === "expired") return end.reason === "customer" ? words.endings.notChosen : words.endings.notMade;
  if (state !== "refused") return "";
  if (end.reason === "closed") return words.endings.closed;
  if (end.reason === "full") return words.endings.full;
  return end.reason === "limit" ? words.endings.limit : "";
}
