import { get } from "./api.ts";

/** What an address answers, asked again and again while somebody looks. Made where a component begins. */
export class Asked<T> {
  value = $state.raw<T>();
  problem = $state<string>();
  readonly #path: () => string;

  /** @param path asked anew when it changes @param pause between two questions, in ms */
  constructor(path: () => string, pause = 2_000) {
    this.#path = path;
    $effect(() => {
      path();
      void this.refresh();
      const asking = setInterval(() => document.visibilityState === "visible" && void this.refresh(), pause);
      return () => clearInterval(asking);
    });
  }

  async refresh(): Promise<void> {
    const path = this.#path();
    try {
      const value = await get<T>(path);
      // What was asked before, and comes late, is not what is wanted now.
      if (path !== this.#path()) return;
      this.value = value;
      this.problem = undefined;
    } catch (error) {
      if (path === this.#path()) this.problem = (error as Error).message;
    }
  }

  /** Does something, and asks anew. What goes wrong is the problem. Whether it went well. */
  async after(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
    } catch (error) {
      this.problem = (error as Error).message;
      return false;
    }
    await this.refresh();
    return true;
  }
}
