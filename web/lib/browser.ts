/**
 * All that a browser tells a page or can do for it, asked in one place: any of it may be odd, refused or not there at all (kiosks, containers,
 * private windows, plain http on a local network, old tablets). Nothing here throws. What customers need none of is in `browser-more.ts`. Languages and formats are in `intl.ts`, chance is in `random.ts`.
 */

/** What `ask` returns, or `otherwise` when the browser throws. */
export function tried<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}

/** False only when the browser is sure that there is no network. */
export function online(): boolean {
  return tried(() => navigator.onLine, true) !== false;
}

/** Whether somebody can see the page; true where the browser does not say. */
export function visible(): boolean {
  return tried<string>(() => document.visibilityState, "visible") !== "hidden";
}

/** Whether the device has a touch screen. */
export function hasTouch(): boolean {
  return tried(() => navigator.maxTouchPoints, 0) > 1;
}

/** Calls `listener` each time the page comes into view or goes out of it. Returns what ends that. */
export function onVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

/** Whether a person has touched the page: before that browsers let it neither play nor shake. */
export function touched(): boolean {
  return tried(() => navigator.userActivation?.hasBeenActive, false) === true;
}

/** Shakes the device, where it can: times in ms, on and off in turn. */
export function vibrate(pattern: number[]): void {
  if (touched()) tried(() => navigator.vibrate?.(pattern), false);
}

/** `device`: shared by all tabs of this origin. `tab`: of this tab alone; it outlives a reload, and ends with the tab. */
export type Place = "device" | "tab";
const storage = (place: Place): Storage => (place === "tab" ? sessionStorage : localStorage);

/** What was kept under the key; undefined when there is nothing, or nothing that can be read. Its shape is for the caller to check. */
export function kept(key: string, place: Place = "device"): unknown {
  return tried<unknown>(() => JSON.parse(storage(place).getItem(key) ?? "null") ?? undefined, undefined);
}

/** The same for a list; empty when there is none. */
export function keptList<T>(key: string, place?: Place): T[] {
  const list = kept(key, place);
  return Array.isArray(list) ? list : [];
}

/**
 * Keeps a value; undefined takes it away. Where storage is refused or full, values last as long as the page: what was kept before is gone then,
 * since it is not true any more.
 */
export function keep(key: string, value: unknown, place: Place = "device"): void {
  const put = (): true => {
    storage(place).setItem(key, JSON.stringify(value));
    return true;
  };
  if (value !== undefined && tried(put, false)) return;
  tried(() => storage(place).removeItem(key), undefined);
}
