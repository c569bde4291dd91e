import type { CatalogPage } from "../../contracts/catalog.ts";
import { doorsAt } from "../../contracts/opening.ts";
import { opensText } from "../lib/opening.ts";
import { customer as words } from "../lib/strings/customer.ts";
import { t } from "../lib/text.ts";

/**
 * The texts about a store that takes no orders: whether it is closed or paused, why, and until when. Undefined while it takes orders.
 * @param reason of a pause, in the reader's language once its texts are loaded
 */
export function shutWords(
  store: CatalogPage["store"],
  now: number,
  reason = store.pauseReason,
): { title: string; text: string; pauses: boolean } | undefined {
  const doors = doorsAt(store, now);
  if (doors === "open") return undefined;
  const pauses = doors === "paused";
  if (store.retiredAt) return { title: t(words.retiredTitle, { store: store.name }), text: words.retiredText, pauses };
  const when = opensText(store, now, true);
  return {
    title: pauses ? reason || words.pausedTitle : t(words.closedTitle, { store: store.name }),
    text: when ? t(pauses ? words.pausedText : words.opensText, { when }) : words.closedText,
    pauses,
  };
}
