import type { CatalogPage } from "../../contracts/catalog.ts";
import { doorsAt, letInAgain } from "../../contracts/opening.ts";
import { Refusal } from "../platform/refusal.ts";
import { latestWindowOf } from "./codes-container.ts";
import { type Code, type Hold, isTaken } from "./window.ts";

/** The limit for rounds of optimistic concurrency. A round is lost only if somebody else took or returned a scan. */
export const rounds = 25;

/** The refusal of a code that is not accepted now. */
export async function wrongCode({ storeId, store }: CatalogPage, code: string): Promise<Refusal> {
  const shut = shutOf(store, Date.now());
  if (shut) return shut;
  if ((await latestWindowOf(storeId, code)) !== undefined) return over(Date.now());
  return new Refusal("code-unknown", `"${code}" is no code of ${store.name}. Please scan the one on the display.`);
}

/** The refusal of a store that is closed or paused, with the time when that ends, if it is known. */
export function shutOf(store: CatalogPage["store"], now: number): Refusal | undefined {
  const doors = doorsAt(store, now);
  if (doors === "open") return undefined;
  const opensAt = letInAgain(store, now);
  const until = opensAt === undefined ? {} : { opensAt, retryAt: opensAt };
  if (doors === "closed") return new Refusal("store-closed", `${store.name} is closed and takes no orders now.`, until);
  const why = store.pauseReason === undefined ? "" : ` (${store.pauseReason})`;
  return new Refusal("store-paused", `${store.name} takes no orders for some minutes${why}.`, until);
}

/** The refusal of a code that has expired: the display shows a new one. */
export function over(now: number): Refusal {
  const retryAt = new Date(now).toISOString();
  return new Refusal("code-over", "This code has expired. Please scan the one that the display shows now.", {
    retryAt,
  });
}

/** The refusal of a code that is used up: a retry can succeed when its window closes. */
export function exhausted(window: Code, now: number): Refusal {
  const retryAt = new Date(Math.max(now, Date.parse(window.closesAt))).toISOString();
  return new Refusal("code-exhausted", "All scans of this code are taken. Please scan the next one.", { retryAt });
}

/** The refusal after too many lost rounds. */
export function tooMany(): Refusal {
  return new Refusal("try-again", "Many people are scanning right now. Please try again in a moment.");
}

/** Why a scan of a window is refused now; a hold of the caller is taken into account. */
export function refusalOf(
  { store }: CatalogPage,
  window: Code | undefined,
  now: number,
  hold?: Hold,
): Refusal | undefined {
  const shut = shutOf(store, now);
  if (shut) return shut;
  if (window === undefined || (!hold && !isTaken(window, now))) return over(now);
  return !hold && window.scansLeft === 0 ? exhausted(window, now) : undefined;
}
