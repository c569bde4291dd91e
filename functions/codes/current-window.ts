import type { CatalogPage } from "../../contracts/catalog.ts";
import { container } from "../platform/clients.ts";
import { create, transact } from "../platform/transaction.ts";
import { readWindow, windowEvent } from "./codes-container.ts";
import { change, settled } from "./holds.ts";
import { type Code, grace, newWindow, windowAt, windowOf } from "./window.ts";

/**
 * The window that is open now. Nothing turns codes at the edge of a window: the first who asks for it makes it, and of two
 * who make it at once one finds the other's.
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

/** The window once the scans are back that were kept too long; that is told, as they were told to be gone. */
async function withoutLapsed(window: Code, traceparent: string | undefined): Promise<Code> {
  const after = settled(window, Date.now());
  if (after === window) return window;
  const told = windowEvent("crema.code.returned.v1", after, { window: windowOf(after) }, { traceparent });
  const outcome = await transact(await container("codes"), window.storeId, [change(window, after), create(told)]);
  // Whoever was first has found the same.
  return outcome.done ? after : ((await readWindow(window.storeId, window.opensAt)) ?? window);
}

/** The windows whose codes are taken now: the open one and, for a moment, the one before it. Windows that nobody has asked for are not there. */
export async function takenWindows({ storeId, store }: CatalogPage): Promise<{ current?: Code; previous?: Code }> {
  const found = await openWindow(storeId, store.codeMinutes);
  const opened = Date.parse(found.opensAt);
  const before = new Date(windowAt(opened - 1, store.codeMinutes).opensAt).toISOString();
  const previous = Date.now() < opened + grace ? await readWindow(storeId, before) : undefined;
  return { ...("id" in found && { current: found }), ...(previous && { previous }) };
}

/** Whether a window is the one that is open now, as `openWindow` finds it at its place of the clock. Pure. */
export function isOpenNow({ store }: CatalogPage, { opensAt, closesAt }: Code): boolean {
  const now = Date.now();
  return Date.parse(opensAt) === windowAt(now, store.codeMinutes).opensAt && Date.parse(closesAt) > now;
}

/**
 * The window that is open, or when it opens and closes if it is not there yet. When the length was edited, the window that stands
 * at this place of the clock may be shorter than it should be now, and over; then the next begins where it ended.
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
