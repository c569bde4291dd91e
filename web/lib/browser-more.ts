/** More browser functions, which the customer's app does not load; see `browser.ts`. Nothing here throws. */
import { onVisibility, tried, visible } from "./browser.ts";

/** Whether the user prefers reduced motion. */
export function stillness(): boolean {
  return tried(() => matchMedia("(prefers-reduced-motion: reduce)").matches, false);
}

/** Whether the device can share an address with other apps. */
export function canSend(): boolean {
  return tried(() => typeof navigator.share === "function", false);
}

/** Shares an address with an app that the user chooses. Call it from a user gesture. */
export async function sendAddress(title: string, url: string): Promise<void> {
  try {
    await navigator.share({ title, url });
  } catch {
    // The user cancelled, or sharing is not allowed: the address can still be copied.
  }
}

/** Copies a text to the clipboard; false if the browser does not allow it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A new audio context, if there is a sound device and the browser allows it. */
export function audio(): AudioContext | undefined {
  return tried(() => new AudioContext(), undefined);
}

/**
 * Keeps the screen on while the page is visible, if the browser supports it. The browser releases the lock whenever the page is hidden. Returns a
 * function that ends it.
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
      // The battery is low, or it is not allowed: the screen turns off as configured.
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

/**
 * Sets the paper size (in CSS syntax) for printing the page, until the returned function is called. Uses a style sheet object, since the site's
 * policy allows no inline styles.
 */
export function printedOn(size: string): () => void {
  return tried(
    () => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`@page { size: ${size}; margin: 0; }`);
      document.adoptedStyleSheets.push(sheet);
      return () => {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
      };
    },
    () => undefined,
  );
}

/** Offers a text, whole or in parts, as a file download. @returns false if the browser does not support it */
export function saveFile(name: string, text: string | Blob[], type: string): boolean {
  return tried(() => {
    // With a byte order mark: without it, spreadsheet programs do not recognise UTF-8. JSON must not have one.
    const mark = type === "text/csv" ? ["\ufeff"] : [];
    const address = URL.createObjectURL(new Blob([...mark, ...[text].flat()], { type }));
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    URL.revokeObjectURL(address);
    return true;
  }, false);
}

/** Calls `listener` with an element's width in CSS pixels, now and on each change. Returns a function that ends it. */
export function onWidth(element: HTMLElement, listener: (width: number) => void): () => void {
  listener(element.clientWidth);
  const observer = tried(() => new ResizeObserver(() => listener(element.clientWidth)), undefined);
  observer?.observe(element);
  return () => observer?.disconnect();
}

/** The same for width and height, in the element's own `em`. */
export function onSize(element: HTMLElement, listener: (size: { width: number; height: number }) => void): () => void {
  const tell = (): void => {
    const em = tried(() => Number.parseFloat(getComputedStyle(element).fontSize), 16) || 16;
    listener({ width: element.clientWidth / em, height: element.clientHeight / em });
  };
  tell();
  const observer = tried(() => new ResizeObserver(tell), undefined);
  observer?.observe(element);
  return () => observer?.disconnect();
}
