import type { Ids } from "../../kernel/ids.ts";

/** The shortest wait between two polls of a queue or container, in ms. */
export const shortestPoll = 100;

/**
 * The wait before the next poll of a queue or container: 100 ms after one that found something, then about twice as long each time, up to a maximum.
 *
 * Source: `RandomizedExponentialBackoffStrategy` of the Storage extension of WebJobs.
 */
export class PollingDelays {
  readonly #ids: Ids;
  readonly #longest: number;
  #exponent = 0;
  #current = 0;

  /** `longest` in ms. */
  constructor(ids: Ids, longest: number) {
    this.#ids = ids;
    this.#longest = longest;
  }

  /** The next wait in ms; `found` says whether anything was found since the last one. */
  next(found: boolean): number {
    if (found) {
      this.#exponent = 1;
      this.#current = shortestPoll;
    } else if (this.#current !== this.#longest) {
      const growth =
        this.#exponent === 0 ? 0 : (0.8 + 0.4 * this.#ids.random()) * 2 ** (this.#exponent - 1) * shortestPoll;
      this.#current = Math.min(shortestPoll + growth, this.#longest);
      this.#exponent++;
    }
    return this.#current;
  }
}
