/** What *back* closes: one layer at a time, the last one opened first. */
interface Layer {
  close: () => void;
}

/**
 * Makes *back* one step: each layer (the next step, a list, a dialog) has an entry in the browser's history, and *back* closes it instead of leaving.
 * A layer that is closed in another way removes its entry. After a reload, the entries in the browser's history are found again.
 */
export class Back {
  readonly #layers: Layer[] = [];
  /** Entries are being removed: popstate events meanwhile are our own doing. */
  #going = false;
  #planned = false;

  constructor() {
    addEventListener("popstate", () => {
      if (this.#going) this.#going = false;
      else for (let more = this.#layers.length - depth(); more > 0; more--) this.#layers.pop()?.close();
      this.#plan();
    });
  }

  /** Registers a layer that *back* closes. Returns a function to call when the layer is gone, for whatever reason. */
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

  /** A layer that closes and one that opens in the same moment share one entry. */
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

/** The number of our entries below the current one. */
function depth(): number {
  const { depth } = (history.state ?? {}) as { depth?: unknown };
  return typeof depth === "number" ? depth : 0;
}
