/** The rest of what a browser can do, which no customer's phone loads: see `browser.ts`. Nothing here throws. */
import { onVisibility, tried, visible } from "./browser.ts";

/** Whether the person asked for less movement. */
export function stillness(): boolean {
  return tried(() => matchMedia("(prefers-reduced-motion: reduce)").matches, false);
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

/** Has the page printed on paper of this size, as CSS has it, until what it returns is called. By an object, since the site's policy lets no style be written in. */
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

/** Lets the person keep a text, whole or in parts, as a file. @returns false where the browser cannot */
export function saveFile(name: string, text: string | Blob[], type: string): boolean {
  return tried(() => {
    // With a byte order mark: without it spreadsheets take UTF-8 for something else. JSON must not have one.
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

/** Calls `listener` with an element's width in CSS pixels, now and whenever it changes. Returns what ends that. */
export function onWidth(element: HTMLElement, listener: (width: number) => void): () => void {
  listener(element.clientWidth);
  const observer = tried(() => new ResizeObserver(() => listener(element.clientWidth)), undefined);
  observer?.observe(element);
  return () => observer?.disconnect();
}

/** The same for both its measures, in its own `em`. */
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
