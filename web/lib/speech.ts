/** The page's current language. */
export interface Speech {
  /** The language of its texts. */
  language: string;
  /** The reader's languages, preferred first: numbers and times follow them. If missing: the browser's. */
  told?: readonly string[];
}

let now: Speech = { language: "en" };
let reading: () => unknown = () => undefined;
let changed = (): void => undefined;

/** The current language. Screens that read it are rendered again when it changes. */
export function speech(): Speech {
  reading();
  return now;
}

/** Changes the language. */
export function changeSpeech(next: Speech): void {
  now = next;
  changed();
}

/** Connects this to a screen's reactivity: `onRead` is called at each reading, `onChange` at each change. */
export function watchSpeech(onRead: () => unknown, onChange: () => void): void {
  reading = onRead;
  changed = onChange;
}
