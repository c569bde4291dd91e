import type { CatalogPage } from "../../contracts/catalog.ts";
import { doorsAt, letInAgain } from "../../contracts/opening.ts";
import { formatMoment } from "../lib/format.ts";
import { customer as words } from "../lib/strings/customer.ts";
import { t } from "../lib/text.ts";

/** What is said of a store that lets nobody in: that it is closed or pauses, why, and until when. Undefined while it lets people in. */
export function shutWords(store: CatalogPage["store"], now: number): { title: string; text: string } | undefined {
  const doors = doorsAt(store, now);
  if (doors === "open") return undefined;
  const opensAt = letInAgain(store, now);
  return {
    title: (doors === "paused" && store.pauseReason) || t(words.closedTitle, { store: store.name }),
    text: opensAt ? t(words.opensText, { when: formatMoment(opensAt, now) }) : words.closedText,
  };
}
