/** How a store's doors stand, as its page tells. Free of any library, so that screens can use it at no cost. */
export interface Doors {
  open: boolean;
  opensAt?: string | undefined;
  closesAt?: string | undefined;
  pausedUntil?: string | undefined;
}

/**
 * Whether new customers are let in at a moment (ms since the epoch, by the server's clock). What comes next stands in the page, so this is right
 * to the second, though a page is published anew up to a minute later. Pure.
 */
export function doorsAt({ open, opensAt, closesAt, pausedUntil }: Doors, now: number): "open" | "paused" | "closed" {
  // Of what is not told, nothing is to come: no number is greater or less than none.
  const change = Date.parse((open ? closesAt : opensAt) ?? "");
  if (open === change <= now) return "closed";
  return Date.parse(pausedUntil ?? "") > now ? "paused" : "open";
}

/** When people are let in again where they are not now; `undefined` where nobody has said so. Pure. */
export function letInAgain(store: Doors, now: number): string | undefined {
  return doorsAt(store, now) === "paused" ? store.pausedUntil : store.opensAt;
}
