/** What the page speaks now. */
export interface Speech {
  /** The language of its texts. */
  language: string;
  /** What its reader reads, the preferred first: numbers and times follow it. Without it: what the browser names. */
  told?: readonly string[];
}

let now: Speech = { language: "en" };
let reading: () => unknown = () => undefined;
let changed = (): void => undefined;

/** What is spoken now. Screens that have asked are drawn anew when that changes. */
export function speech(): Speech {
  reading();
  return now;
}

/** From now on this is spoken. */
export function changeSpeech(next: Speech): void {
  now = next;
  changed();
}

/** How a screen learns of it: what is called at each reading, and at each change. */
export function watchSpeech(onRead: () => unknown, onChange: () => void): void {
  reading = onRead;
  changed = onChange;
}
