import type { OrderView } from "../../../contracts/order.ts";
import { cancelReasonOf } from "../reasons.ts";
import { story as words } from "../strings/story.ts";
import { isolated, t } from "../text.ts";

/** Why an order ended, in words; empty where it was not said, or for one that was served. */
export function whyOf(end: OrderView["end"]): string {
  const note = cancelReasonOf(end);
  if (note !== undefined) return t(words.why.note, { note: isolated(note) });
  return end?.reason === undefined ? "" : words.why[end.reason];
}

/** Who ended an order, and why, in words; empty for one that was served or is still open. */
export function endingOf({ state, end }: Pick<OrderView, "state" | "end">): string {
  if (end === undefined) return "";
  const why = whyOf(end);
  // Who was not let in is told the reason; that a workflow looked for it says nothing more.
  if (state === "refused") return why;
  const who = end.name ? t(words.byName, { name: end.name }) : words.by[end.by === "system" ? "clock" : end.by];
  return why === "" ? who : t(words.because, { who, why });
}
