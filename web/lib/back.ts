/** What the browser's *back* closes: one thing at a time, the one that was opened last. */
interface Layer {
  close: () => void;
}

/**
 * Makes *back* one step: whatever is opened over something else (the next step, a list, a dialog) has an entry in the browser's history, and *back* closes
 * it instead of leaving. What is closed otherwise takes its entry with it. Of a history that the browser keeps over a reload the entries are found again.
 */
export class Back {
  readonly #layers: Layer[] = [];
  /** Entries are being taken off: what the browser tells then is our own doing. */
  #going = false;
  #planned = false;

  constructor() {
    addEventListener("popstate", () => {
      if (this.#going) this.#going = false;
      else for (let more = this.#layers.length - depth(); more > 0; more--) this.#layers.pop()?.close();
      this.#plan();
    });
  }

  /** To be called when something opens that *back* shall close. Returns what is to be called when it is gone, however that came. */
  closes(close: () => void): () => void {
    const layer = { close };
    this.#layers.push(layer);
    this.#plan();
    return () => {
      const at = this.#layers.indexOf(layer);
      if (at === -1) return;
      this.#layers.splice(at, 1);
      this.#plan();
    };
  }

  /** What closes and what opens in its place in the same moment is one entry. */
  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      if (this.#going) return;
      const wanted = this.#layers.length;
      const there = depth();
      for (let next = there + 1; next <= wanted; next++) history.pushState({ depth: next }, "");
      if (there <= wanted) return;
      this.#going = true;
      history.go(wanted - there);
    });
  }
}

/** How many entries of ours are below the present one. */
function depth(): number {
  const { depth } = (history.state ?? {}) as { depth?: unknown };
  return typeof depth === "number" ? depth : 0;
}
