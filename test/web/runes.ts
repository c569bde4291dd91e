/**
 * Loads a module of `web/lib` that keeps its state in runes, for what it does by the clock and on the network: a rune is its value here, and nothing is drawn:
 * what `$derived.by` works out for a screen is not there. That screens follow is seen in the browser (`test/journeys`). Its types are those of the browser, so a test names what it needs of it.
 */
export async function withRunes<Module>(name: string): Promise<Module> {
  const plain = <Value>(value: Value): Value => value;
  Object.assign(globalThis, {
    $state: Object.assign(plain, { raw: plain }),
    $derived: Object.assign((value: unknown) => value, { by: () => undefined }),
  });
  return (await import(/* @vite-ignore */ new URL(`../../web/lib/${name}`, import.meta.url).href)) as Module;
}

/** What a page has of its window and document, as far as these modules listen to it. */
export class PageGlobals {
  readonly #window = new EventTarget();
  readonly #document = Object.assign(new EventTarget(), { visibilityState: "visible" });

  /** By their names. */
  get all(): Record<string, unknown> {
    return {
      document: this.#document,
      addEventListener: this.#window.addEventListener.bind(this.#window),
      removeEventListener: this.#window.removeEventListener.bind(this.#window),
    };
  }

  /** Something happens on the page: `online`, `click`. */
  happen(event: string): void {
    this.#window.dispatchEvent(new Event(event));
  }

  /** Shows or hides the page. */
  show(visible: boolean): void {
    this.#document.visibilityState = visible ? "visible" : "hidden";
    this.#document.dispatchEvent(new Event("visibilitychange"));
  }
}
