/** Whether a store is open, according to its catalog page. This file imports no library, since screens load it. */
export interface Doors {
  open: boolean;
  opensAt?: string | undefined;
  closesAt?: string | undefined;
  pausedUntil?: string | undefined;
}

/**
 * Whether new customers are admitted at a moment (ms since the epoch, by the server's clock). The page contains the next change, so the answer is
 * exact to the second, although the next page may be published up to a minute later. Pure.
 */
export function doorsAt({ open, opensAt, closesAt, pausedUntil }: Doors, now: number): "open" | "paused" | "closed" {
  // A missing time becomes NaN, and all comparisons with NaN are false: there is no change.
  const change = Date.parse((open ? closesAt : opensAt) ?? "");
  if (open === change <= now) return "closed";
  return Date.parse(pausedUntil ?? "") > now ? "paused" : "open";
}

/** When a store that admits nobody now will admit customers again; `undefined` if that is not known. Pure. */
export function letInAgain(store: Doors, now: number): string | undefined {
  return doorsAt(store, now) === "paused" ? store.pausedUntil : store.opensAt;
}
