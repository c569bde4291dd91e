import type { Clock } from "../kernel/clock.ts";

/** The pauses before retries of an event, in ms of the clock. */
export const pauses: readonly number[] = [1000, 3000, 5000];

/** Pauses that end early at shutdown; later ones end at once. */
export class Pauses {
  readonly #clock: Clock;
  readonly #open = new Set<() => void>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after this many ms of the clock, or at `close`. */
  pass(milliseconds: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const over = () => {
        timer.cancel();
        this.#open.delete(over);
        resolve();
      };
      const timer = this.#clock.after(milliseconds, over);
      this.#open.add(over);
    });
  }

  /** Ends all pauses, and prevents new ones. */
  close(): void {
    this.#closed = true;
    for (const over of [...this.#open]) over();
  }
}
