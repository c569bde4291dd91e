import { ApiError } from "../api.ts";
import { describe } from "../errors.ts";
import { barista as words } from "../strings/barista.ts";
import { t } from "../text.ts";

/** Why a command on an order failed, for the barista who gave it. `now` is the server's time in ms. */
export function reasonOf(error: unknown, now: number): string {
  if (error instanceof ApiError) {
    const { code, order } = error.problem;
    if (code === "order-held") return t(words.held, { name: order?.barista?.name || words.someone });
    if (code === "order-state" && order !== undefined) return words.isNow[order.state];
    if (code === "recall-over" || code === "queue-full") return words.noRecall[code];
    if (code === "order-version") return words.changed;
  }
  return describe(error, now);
}
