import type { CatalogPage } from "../../contracts/catalog.ts";
import { letInAgain } from "../../contracts/opening.ts";
import { moment as format } from "./intl.ts";

type Store = CatalogPage["store"];

/**
 * When people are let in again, by the clock of the store and in the reader's language. Undefined where nobody has said when.
 */
export function opensText(store: Store, now: number): string | undefined {
  const opensAt = letInAgain(store, now);
  return opensAt === undefined ? undefined : momentText(Date.parse(opensAt), now, store.timeZone);
}

/** A moment (ms) to come: its time, and its day where that is not soon. */
export function momentText(at: number, now: number, timeZone: string): string {
  const day = at - now < 12 * 3_600_000 ? {} : ({ weekday: "short", month: "short", day: "numeric" } as const);
  return format(at, { ...day, hour: "numeric", minute: "2-digit", timeZone });
}
