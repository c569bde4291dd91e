import type { CatalogPage } from "../../contracts/catalog.ts";
import { container } from "../platform/clients.ts";
import { create, transact } from "../platform/transaction.ts";
import { readWindow, windowEvent } from "./codes-container.ts";
import { change, settled } from "./holds.ts";
import { type Code, grace, newWindow, windowAt, windowOf } from "./window.ts";

/**
 * The window that is open now. No timer creates windows: the first request for a window does. If two requests create it at once, the second one
 * reads the window of the first.
 */
export async function currentWindow({ storeId, store }: CatalogPage, traceparent?: string): Promise<Code> {
  const found = await openWindow(storeId, store.codeMinutes);
  if ("id" in found) return withoutLapsed(found, traceparent);
  const window = newWindow(storeId, found.opensAt, found.closesAt, store.scansPerCode);
  const rotated = windowEvent("crema.code.rotated.v1", window, { window: windowOf(window) }, { traceparent });
  const outcome = await transact(await container("codes"), storeId, [create(window), create(rotated)]);
  if (outcome.done) return window;
  const theirs = await readWindow(storeId, window.opensAt);
  if (theirs) return theirs;
  throw new Error(`The window ${window.opensAt} of ${storeId} is neither there nor can it be made.`);
}

/** Returns the scans of expired holds to the window, and writes an event about that, as about the holds. */
async function withoutLapsed(window: Code, traceparent: string | undefined): Promise<Code> {
  const after = settled(window, Date.now());
  if (after === window) return window;
  const told = windowEvent("crema.code.returned.v1", after, { window: windowOf(after) }, { traceparent });
  const outcome = await transact(await container("codes"), window.storeId, [change(window, after), create(told)]);
  // Another request was first and has done the same.
  return outcome.done ? after : ((await readWindow(window.storeId, window.opensAt)) ?? window);
}

/** The windows whose codes are accepted now: the open one and, for a grace period, the previous one. A window that nobody has requested does not exist. */
export async function takenWindows({ storeId, store }: CatalogPage): Promise<{ current?: Code; previous?: Code }> {
  const found = await openWindow(storeId, store.codeMinutes);
  const opened = Date.parse(found.opensAt);
  const before = new Date(windowAt(opened - 1, store.codeMinutes).opensAt).toISOString();
  const previous = Date.now() < opened + grace ? await readWindow(storeId, before) : undefined;
  return { ...("id" in found && { current: found }), ...(previous && { previous }) };
}

/** Whether a window is the one that is open now and begins where the current length says. Depends on the clock. */
export function isOpenNow({ store }: CatalogPage, { opensAt, closesAt }: Code): boolean {
  const now = Date.now();
  return Date.parse(opensAt) === windowAt(now, store.codeMinutes).opensAt && Date.parse(closesAt) > now;
}

/**
 * The window that is open, or its opening and closing times if it does not exist yet. If the length was edited, the stored window at this time may be
 * shorter than the new length and already closed. Then the next window begins where it ended.
 */
async function openWindow(storeId: string, minutes: number): Promise<Code | { opensAt: string; closesAt: string }> {
  const now = Date.now();
  const place = windowAt(now, minutes);
  const closesAt = new Date(place.closesAt).toISOString();
  for (let opensAt = new Date(place.opensAt).toISOString(); ; ) {
    const window = await readWindow(storeId, opensAt);
    if (window === undefined) return { opensAt, closesAt };
    if (Date.parse(window.closesAt) > now) return window;
    opensAt = window.closesAt;
  }
}
