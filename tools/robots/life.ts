import type { Ledger } from "./ledger.ts";
import { Stopped } from "./stopped.ts";
import type { Time } from "./time.ts";

/** So long a stand may take (ms) to do what it does by itself at once. */
const answersWithin = 30_000;

/** What every robot shares: time, until it is stopped, and the book in which everything is put down. */
export class Life {
  readonly time: Time;
  readonly ledger: Ledger;
  readonly #stop: AbortSignal;

  constructor(time: Time, ledger: Ledger, stop: AbortSignal) {
    this.time = time;
    this.ledger = ledger;
    this.#stop = stop;
  }

  get stopped(): boolean {
    return this.#stop.aborted;
  }

  /** What is a moment for the stand is longer by a clock that is hastened. */
  get moment(): number {
    return answersWithin * Math.max(1, this.time.speed);
  }

  /**
   * Waits so many ms of the stand's time. @param early is given what ends the wait before that, and returns what it is to be told at the end
   * @throws Stopped
   */
  sleep(milliseconds: number, early?: (wake: () => void) => () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (then: () => void) => () => {
        cancel();
        this.#stop.removeEventListener("abort", stop);
        forget?.();
        then();
      };
      const stop = end(() => reject(new Stopped()));
      const wake = end(resolve);
      const cancel = this.time.after(milliseconds, wake);
      const forget = early?.(wake);
      this.#stop.addEventListener("abort", stop);
      if (this.#stop.aborted) stop();
    });
  }
}
