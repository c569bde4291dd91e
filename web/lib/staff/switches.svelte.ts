import { SvelteMap } from "svelte/reactivity";
import type { App } from "../app.svelte.ts";
import { describe } from "../errors.ts";

/** A change counts as slow after this many ms: it is on all screens after about a second. */
const patience = 15_000;

/**
 * The store's open sign and the drinks' sold-out marks. A switch shows what was asked for until the published page says so,
 * and goes back when that is refused.
 */
export class Switches {
  readonly #app: App;
  readonly #wanted = new SvelteMap<string, { value: boolean }>();
  readonly #tell: (problem: string) => void;
  readonly #slow: string;

  /** @param tell shows a person why a switch went back; `slow` is what it says when the change does not come */
  constructor(app: App, tell: (problem: string) => void, slow: string) {
    this.#app = app;
    this.#tell = tell;
    this.#slow = slow;
  }

  /** What was asked for and is not so yet. */
  wanted(id: string): boolean | undefined {
    return this.#wanted.get(id)?.value;
  }
  /** As it is or is going to be. */
  get open(): boolean {
    return this.wanted("store") ?? this.#app.snapshot.page?.store.open ?? false;
  }

  setOpen(open: boolean): Promise<void> {
    return this.#set("store", open, () => this.#app.api.setOpen(open));
  }
  setAvailable(drinkId: string, available: boolean): Promise<void> {
    return this.#set(drinkId, available, () => this.#app.api.setAvailable(drinkId, available));
  }

  /** Lets go of what has come true. To be called in an effect. */
  settle(): void {
    const page = this.#app.snapshot.page;
    for (const [id, { value }] of this.#wanted) {
      const now = id === "store" ? page?.store.open : page?.menu.find((drink) => drink.id === id)?.available;
      if (now === value) this.#wanted.delete(id);
    }
  }

  async #set(id: string, value: boolean, ask: () => Promise<unknown>): Promise<void> {
    if (this.#wanted.has(id)) return;
    const wish = { value };
    this.#wanted.set(id, wish);
    try {
      await ask();
      setTimeout(() => {
        if (this.#wanted.get(id) !== wish) return;
        this.#wanted.delete(id);
        this.#tell(this.#slow);
      }, patience);
      this.settle();
    } catch (error) {
      this.#wanted.delete(id);
      this.#tell(describe(error, this.#app.clock.now));
    }
  }
}
