import { setTimeout as pause } from "node:timers/promises";

/** An element of a page, as the browser's protocol names it. */
export type Element = Record<string, string>;

/** A browser with one window, which is driven from here. */
export interface Driver {
  /** Of the browser, as it says. */
  readonly version: string;
  /** Resolves when the page is loaded. */
  go(address: string): Promise<void>;
  /** Goes back in its history: the page is restored, or loaded again. */
  back(): Promise<void>;
  /** Resolves when the page is loaded once more. */
  reload(): Promise<void>;
  /** The value of an expression in the page, in which `arguments` are those. */
  evaluate<T>(expression: string, ...args: string[]): Promise<T>;
  /** The element that an expression finds. */
  find(expression: string, ...args: string[]): Promise<Element | null>;
  /** Presses in the middle of an element, as a person does. */
  click(element: Element): Promise<void>;
  /** Types into a field in place of what is there. A key is its code point of WebDriver, such as U+E007 for Enter. */
  type(element: Element, text: string): Promise<void>;
  /** Makes the page as large as that, whatever the window has around it. @throws Error where the browser does not let it */
  resize(width: number, height: number): Promise<void>;
  /** A picture of the page, as PNG. */
  picture(): Promise<Buffer>;
  /** Ends the browser. */
  end(): Promise<void>;
}

/** How long something may take to come, in ms. */
const patience = 30_000;
const lookEvery = 100;

/** Asks until there is an answer. @throws Error that says what did not come */
export async function until<T>(what: string, ask: () => Promise<T | undefined | null | false>): Promise<T> {
  const end = performance.now() + patience;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > end) throw new Error(`${what} did not come in ${patience / 1_000} s.`);
    await pause(lookEvery);
  }
}
