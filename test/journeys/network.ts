import type { Page, Route } from "playwright-core";

/** The way from a page to the API: what is asked on it can be held up, and lost. */
export class Network {
  readonly #page: Page;
  readonly #where: string;
  #state: "held" | "cut" | "failing" | "whole" = "held";
  #wake: (() => void)[] = [];

  private constructor(page: Page, where: string) {
    this.#page = page;
    this.#where = where;
  }

  /** From now on what the page asks there waits for its answer. `where` is a pattern of Playwright's: `**` stands for anything. */
  static async held(page: Page, where: string): Promise<Network> {
    const network = new Network(page, where);
    await page.route(where, async (route) => {
      if (network.#state === "held") await new Promise<void>((wake) => network.#wake.push(wake));
      // The page may be gone by then, and with it who asked.
      await network.#answer(route).catch(() => undefined);
    });
    return network;
  }

  #answer(route: Route): Promise<void> {
    if (this.#state === "cut") return route.abort("failed");
    if (this.#state !== "failing") return route.continue();
    return route.fulfill({ status: 503, headers: { "access-control-allow-origin": "*" } });
  }

  /** What is asked from now on waits, as at the beginning. */
  hold(): void {
    this.#state = "held";
  }

  /** What waits, and what is asked from now on, gets no answer. */
  cut(): void {
    this.#become("cut");
  }

  /** What waits, and what is asked from now on, the server fails to answer. */
  fail(): void {
    this.#become("failing");
  }

  /** As if nothing had been. */
  async mend(): Promise<void> {
    this.#become("whole");
    await this.#page.unroute(this.#where);
  }

  #become(state: "cut" | "failing" | "whole"): void {
    this.#state = state;
    for (const wake of this.#wake.splice(0)) wake();
  }
}
