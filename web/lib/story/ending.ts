import type { OrderView } from "../../../contracts/order.ts";
import { cancelReasonOf } from "../reasons.ts";
import { story as words } from "../strings/story.ts";
import { isolated, t } from "../text.ts";

/** Why an order ended, in words; empty if no reason was given, or for a served order. */
export function whyOf(end: OrderView["end"]): string {
  const note = cancelReasonOf(end);
  if (note !== undefined) return t(words.why.note, { note: isolated(note) });
  return end?.reason === undefined ? "" : words.why[end.reason];
}

/** Who ended an order, and why, in words; empty for a served or open order. */
export function endingOf({ state, end }: Pick<OrderView, "state" | "end">): string {
  if (end === undefined) return "";
  const why = whyOf(end);
  // A refused customer needs the reason; that a workflow determined it adds nothing.
  if (state === "refused") return why;
  const who = end.name ? t(words.byName, { name: end.name }) : words.by[end.by === "system" ? "clock" : end.by];
  return why === "" ? who : t(words.because, { who, why });
}
