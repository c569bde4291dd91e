import type { CatalogPage } from "../../contracts/catalog.ts";
import { Refusal } from "../platform/refusal.ts";
import { latestWindowOf } from "./codes-container.ts";
import { type Code, type Hold, isTaken } from "./window.ts";

/** So often a change of a window is tried: each round lost means that someone else took a scan or gave one back. */
export const rounds = 25;

/** Why a code that is taken nowhere now is refused. */
export async function wrongCode({ storeId, store }: CatalogPage, code: string): Promise<Refusal> {
  if (!store.open) return closed(store.name);
  if ((await latestWindowOf(storeId, code)) !== undefined) return over(Date.now());
  return new Refusal("code-unknown", `"${code}" is no code of ${store.name}. Please scan the one on the display.`);
}

export function closed(name: string): Refusal {
  return new Refusal("store-closed", `${name} is closed and takes no orders now.`);
}

/** A new code is on the display already. */
export function over(now: number): Refusal {
  const retryAt = new Date(now).toISOString();
  return new Refusal("code-over", "This code is over. Please scan the one that the display shows now.", { retryAt });
}

export function exhausted(window: Code, now: number): Refusal {
  const retryAt = new Date(Math.max(now, Date.parse(window.closesAt))).toISOString();
  return new Refusal("code-exhausted", "All scans of this code are taken. Please scan the next one.", { retryAt });
}

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
  if (!store.open) return closed(store.name);
  if (window === undefined || (!hold && !isTaken(window, now))) return over(now);
  return !hold && window.scansLeft === 0 ? exhausted(window, now) : undefined;
}
