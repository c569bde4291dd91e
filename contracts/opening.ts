/** How a store's doors stand, as its page tells. Free of any library, so that screens can use it at no cost. */
export interface Doors {
  open: boolean;
  opensAt?: string | undefined;
  closesAt?: string | undefined;
  pausedUntil?: string | undefined;
}

const gone = (moment: string | undefined, now: number) => moment !== undefined && Date.parse(moment) <= now;

/**
 * Whether new customers are let in at a moment (ms since the epoch, by the server's clock). What comes next stands in the page, so this is right
 * to the second, though a page is published anew up to a minute later. Pure.
 */
export function doorsAt(store: Doors, now: number): "open" | "paused" | "closed" {
  if (store.open ? gone(store.closesAt, now) : !gone(store.opensAt, now)) return "closed";
  return store.pausedUntil === undefined || gone(store.pausedUntil, now) ? "open" : "paused";
}

/** When people are let in again who are not now; `undefined` where nobody has said so. Pure. */
export function letInAgain(store: Doors, now: number): string | undefined {
  const doors = doorsAt(store, now);
  return doors === "paused" ? store.pausedUntil : doors === "closed" && !store.open ? store.opensAt : undefined;
}
