import type { CatalogPage } from "../../contracts/catalog.ts";
import { doorsAt, letInAgain } from "../../contracts/opening.ts";
import { Refusal } from "../platform/refusal.ts";
import { latestWindowOf } from "./codes-container.ts";
import { type Code, type Hold, isTaken } from "./window.ts";

/** So often a change of a window is tried: each round lost means that someone else took a scan or gave one back. */
export const rounds = 25;

/** Why a code that is taken nowhere now is refused. */
export async function wrongCode({ storeId, store }: CatalogPage, code: string): Promise<Refusal> {
  const shut = shutOf(store, Date.now());
  if (shut) return shut;
  if ((await latestWindowOf(storeId, code)) !== undefined) return over(Date.now());
  return new Refusal("code-unknown", `"${code}" is no code of ${store.name}. Please scan the one on the display.`);
}

/** Why nobody is let in now: the store is closed, or paused; with when that is over, where it is known. */
export function shutOf(store: CatalogPage["store"], now: number): Refusal | undefined {
  const doors = doorsAt(store, now);
  if (doors === "open") return undefined;
  const opensAt = letInAgain(store, now);
  const until = opensAt === undefined ? {} : { opensAt, retryAt: opensAt };
  if (doors === "closed") return new Refusal("store-closed", `${store.name} is closed and takes no orders now.`, until);
  const why = store.pauseReason === undefined ? "" : ` (${store.pauseReason})`;
  return new Refusal("store-paused", `${store.name} takes no orders for some minutes${why}.`, until);
}

/** A new code is on the display already. */
export function over(now: number): Refusal {
  const retryAt = new Date(now).toISOString();
  return new Refusal("code-over", "This code has expired. Please scan the one that the display shows now.", {
    retryAt,
  });
}

/** No scan of this code is left: it is worth trying again when its window closes. */
export function exhausted(window: Code, now: number): Refusal {
  const retryAt = new Date(Math.max(now, Date.parse(window.closesAt))).toISOString();
  return new Refusal("code-exhausted", "All scans of this code are taken. Please scan the next one.", { retryAt });
}

/** Others were first in each of the rounds. */
export function tooMany(): Refusal {
  return new Refusal("try-again", "Many people are scanning right now. Please try again in a moment.");
}

/** Why no scan of a window can be had now, but for the one that is kept for who asks. */
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
