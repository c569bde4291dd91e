import type { Ledger } from "./ledger.ts";
import { Stopped } from "./stopped.ts";
import type { Time } from "./time.ts";

/** How long (ms) a stand may take for what it does immediately. */
const answersWithin = 30_000;

/** What all robots share: the time, the signal to stop, and the ledger. */
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

  /** On a faster clock, the stand's moment is longer. */
  get moment(): number {
    return answersWithin * Math.max(1, this.time.speed);
  }

  /**
   * Waits this many ms of the stand's time. @param early gets a function that ends the wait early, and returns one to call at the end
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
