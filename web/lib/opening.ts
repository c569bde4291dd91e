import type { CatalogPage } from "../../contracts/catalog.ts";
import { letInAgain } from "../../contracts/opening.ts";
import { moment as format } from "./intl.ts";

type Store = CatalogPage["store"];

/**
 * When the store takes orders again, in the store's time zone and the reader's language. Undefined if that is not known.
 * @param zone whether to name the time zone to readers in another
 */
export function opensText(store: Store, now: number, zone = false): string | undefined {
  const opensAt = letInAgain(store, now);
  return opensAt === undefined ? undefined : momentText(Date.parse(opensAt), now, store.timeZone, zone);
}

/** The time of last orders, only in the last hour before it. */
export function closesText({ open, closesAt, timeZone }: Store, now: number, zone = false): string | undefined {
  const left = Date.parse((open && closesAt) || "") - now;
  return left > 0 && left < 3_600_000 ? momentText(now + left, now, timeZone, zone) : undefined;
}

/** A future moment (ms): its time, and its day if that is not soon. @param zone whether to name the time zone to readers in another */
export function momentText(at: number, now: number, timeZone: string, zone = false): string {
  const day = at - now < 12 * 3_600_000 ? {} : ({ weekday: "short", month: "short", day: "numeric" } as const);
  const options = { ...day, hour: "numeric", minute: "2-digit", timeZone } as const;
  const text = format(at, options);
  // Without a zone, the device's own is used.
  const away = zone && format(at, { ...options, timeZone: undefined }) !== text;
  // Older browsers do not support these names.
  return (away && format(at, { ...options, timeZoneName: "shortGeneric" })) || text;
}
