/**
 * All browser functions that a page uses, in one place. Any of them may behave oddly, be denied or be missing (kiosks, containers, private windows,
 * plain http on a local network, old tablets). Nothing here throws. Functions that the customer's app does not need are in `browser-more.ts`,
 * languages and formats in `intl.ts`, random values in `random.ts`.
 */

/** The result of `ask`, or `otherwise` if the browser throws. */
export function tried<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}

/** False only if the browser is sure that there is no network. */
export function online(): boolean {
  return tried(() => navigator.onLine, true) !== false;
}

/** Whether the page is visible; true if the browser does not say. */
export function visible(): boolean {
  return tried<string>(() => document.visibilityState, "visible") !== "hidden";
}

/** Whether the device has a touch screen. */
export function hasTouch(): boolean {
  return tried(() => navigator.maxTouchPoints, 0) > 1;
}

/** Calls `listener` whenever the page becomes visible or hidden. Returns a function that ends it. */
export function onVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

/** Whether the user has interacted with the page: before that, browsers allow neither sound nor vibration. */
export function touched(): boolean {
  return tried(() => navigator.userActivation?.hasBeenActive, false) === true;
}

/** Vibrates the device, if it can: times in ms, alternating on and off. */
export function vibrate(pattern: number[]): void {
  if (touched()) tried(() => navigator.vibrate?.(pattern), false);
}

/** `device`: shared by all tabs of this origin. `tab`: for this tab only; it survives a reload and ends with the tab. */
export type Place = "device" | "tab";
const storage = (place: Place): Storage => (place === "tab" ? sessionStorage : localStorage);

/** The stored value of the key; undefined if there is none or it cannot be read. The caller has to check its shape. */
export function kept(key: string, place: Place = "device"): unknown {
  return tried<unknown>(() => JSON.parse(storage(place).getItem(key) ?? "null") ?? undefined, undefined);
}

/** The same for a list; empty if there is none. */
export function keptList<T>(key: string, place?: Place): T[] {
  const list = kept(key, place);
  return Array.isArray(list) ? list : [];
}

/**
 * Stores a value; undefined removes it. If storage is denied or full, values last as long as the page. The previously stored value is removed then,
 * since it is outdated.
 */
export function keep(key: string, value: unknown, place: Place = "device"): void {
  const put = (): true => {
    storage(place).setItem(key, JSON.stringify(value));
    return true;
  };
  if (value !== undefined && tried(put, false)) return;
  tried(() => storage(place).removeItem(key), undefined);
}
