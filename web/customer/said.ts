import type { OrderView } from "../../contracts/order.ts";
import { formatNumber } from "../lib/format.ts";
import { ordering as words } from "../lib/strings/ordering.ts";
import { t } from "../lib/text.ts";

/** What an order on its way is called at the head of the page, and what is said aloud when it gets there; undefined before and after that. */
export function saidOf(order: OrderView): { title: string; aloud: string } | undefined {
  const number = order.number === undefined ? "…" : formatNumber(order.number);
  switch (order.state) {
    case "queued":
      return { title: t(words.titleQueued, { number }), aloud: t(words.saidQueued, { number }) };
    case "making":
      return { title: t(words.titleMaking, { number }), aloud: t(words.saidMaking, { number }) };
    case "ready":
      return {
        title: t(words.titleReady, { number }),
        aloud: order.calledAt ? words.calledText : t(words.saidReady, { number }),
      };
    default:
      return undefined;
  }
}
