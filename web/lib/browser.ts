/**
 * All that a browser tells a page or can do for it, asked in one place: any of it may be odd, refused or not there at all (kiosks, containers,
 * private windows, plain http on a local network, old tablets). Nothing here throws. Languages and formats are in `intl.ts`, chance is in `random.ts`.
 */

/** What `ask` returns, or `otherwise` when the browser throws. */
function tried<T>(ask: () => T, otherwise: T): T {
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

/** Whether the person asked for less movement. */
export function stillness(): boolean {
  return tried(() => matchMedia("(prefers-reduced-motion: reduce)").matches, false);
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

/** Whether the device can hand an address on to other apps. */
export function canSend(): boolean {
  return tried(() => typeof navigator.share === "function", false);
}

/** Hands an address on to an app that the person chooses. To be called when they touch something. */
export async function sendAddress(title: string, url: string): Promise<void> {
  try {
    await navigator.share({ title, url });
  } catch {
    // They thought better of it, or it is not allowed: the address can still be copied.
  }
}

/** Puts a text into the clipboard; false where the browser does not let us. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A new audio context, where there is a sound device and the browser lets us have it. */
export function audio(): AudioContext | undefined {
  return tried(() => new AudioContext(), undefined);
}

/**
 * Keeps the screen on while the page is in view, where the browser can do that. It lets go by itself each time the page is hidden.
 * Returns what ends it.
 */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let ended = false;
  const release = (): void => {
    lock?.release().catch(() => undefined);
    lock = undefined;
  };
  const hold = async (): Promise<void> => {
    if (!visible()) return;
    try {
      const got = await navigator.wakeLock?.request("screen");
      release();
      lock = got;
      if (ended) release();
    } catch {
      // The battery is low, or it is not allowed: the screen then sleeps as its owner set it.
    }
  };
  const end = onVisibility(() => void hold());
  void hold();
  return () => {
    ended = true;
    end();
    release();
  };
}

/** Opens the browser's dialog for printing the page. */
export function printPage(): void {
  tried(() => print(), undefined);
}

/** Lets the person keep a text, whole or in parts, as a file. @returns false where the browser cannot */
export function saveFile(name: string, text: string | Blob[], type: string): boolean {
  return tried(() => {
    // With a byte order mark: without it spreadsheets take UTF-8 for something else.
    const address = URL.createObjectURL(new Blob(["\ufeff", ...[text].flat()], { type }));
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    URL.revokeObjectURL(address);
    return true;
  }, false);
}

/** Calls `listener` with an element's width in CSS pixels, now and whenever it changes. Returns what ends that. */
export function onWidth(element: HTMLElement, listener: (width: number) => void): () => void {
  listener(element.clientWidth);
  const observer = tried(() => new ResizeObserver(() => listener(element.clientWidth)), undefined);
  observer?.observe(element);
  return () => observer?.disconnect();
}
