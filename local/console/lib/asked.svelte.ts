import { ApiError, get } from "./api.ts";

/** What an address answers, asked again and again while somebody looks. Made where a component begins. */
export class Asked<T> {
  value = $state.raw<T>();
  /** Why it was not answered. */
  #unanswered = $state<string>();
  /** Why what was done last went wrong. It stays to be read, until something else is done or asked for. */
  #undone = $state<string>();
  readonly #path: () => string;
  #ended = false;

  /** @param path asked anew when it changes @param pause between two questions, in ms */
  constructor(path: () => string, pause = 2_000) {
    this.#path = path;
    $effect(() => {
      path();
      this.#ended = false;
      this.#undone = undefined;
      void this.refresh();
      const asking = setInterval(() => document.visibilityState === "visible" && void this.refresh(), pause);
      return () => clearInterval(asking);
    });
  }

  get problem(): string | undefined {
    return this.#undone ?? this.#unanswered;
  }

  /** There is nothing left to ask about, at this path. */
  end(): void {
    this.#ended = true;
  }

  async refresh(): Promise<void> {
    if (this.#ended) return;
    const path = this.#path();
    try {
      const value = await get<T>(path);
      // What was asked before, and comes late, is not what is wanted now.
      if (path !== this.#path()) return;
      this.value = value;
      this.#unanswered = undefined;
    } catch (error) {
      // That nothing answers at all the frame says, once for all that ask.
      const gone = error instanceof ApiError && error.status === 0;
      if (path === this.#path()) this.#unanswered = gone ? undefined : (error as Error).message;
    }
  }

  /** Does something, and asks anew. What goes wrong is the problem. Whether it went well. */
  async after(act: () => Promise<unknown>): Promise<boolean> {
    this.#undone = undefined;
    try {
      await act();
    } catch (error) {
      this.#undone = (error as Error).message;
      return false;
    }
    await this.refresh();
    return true;
  }
}
