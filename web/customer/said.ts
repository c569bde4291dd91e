import type { OrderView } from "../../contracts/order.ts";
import { formatNumber, formatTime } from "../lib/format.ts";
import { ordering as words } from "../lib/strings/ordering.ts";
import { t } from "../lib/text.ts";

/** Below this remaining time (ms) a message says that time is short. */
const hurry = 60_000;

/**
 * The page title for an order that is being chosen or under way, and its announcement for screen readers; undefined before and after.
 * The announcement does not count down: it only changes when there is something new. `now` is the server's time in ms.
 */
export function saidOf(order: OrderView, now: number): { title: string; aloud: string } | undefined {
  const number = order.number === undefined ? "…" : formatNumber(order.number);
  switch (order.state) {
    case "choosing": {
      const { deadline } = order;
      const title = words.titleChoosing;
      if (deadline === undefined) return { title, aloud: "" };
      const left = Date.parse(deadline) - now;
      if (left <= 0) return { title, aloud: words.timeUp };
      return { title, aloud: left <= hurry ? words.saidHurry : t(words.saidChoosing, { time: formatTime(deadline) }) };
    }
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
