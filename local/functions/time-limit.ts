import type { Clock, Timer } from "../kernel/clock.ts";

interface Running {
  readonly due: number;
  expire(): void;
}

/** Holds many runs to one limit. What began first is due first, so one timer is enough for all of them. */
export class TimeLimit {
  readonly #clock: Clock;
  readonly #limit: number;
  /** In the order in which they began. */
  readonly #running = new Set<Running>();
  #timer: Timer | undefined;

  /** @param limit in ms of the clock */
  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** What `run` resolves with, or rejects with; once the limit has passed, rejects with what `expired` gives. */
  hold<T>(run: Promise<T>, expired: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const running = { due: this.#clock.now() + this.#limit, expire: () => reject(expired()) };
      this.#running.add(running);
      this.#arm();
      run.then(
        (value) => {
          this.#end(running);
          resolve(value);
        },
        (error) => {
          this.#end(running);
          reject(error);
        },
      );
    });
  }

  #end(running: Running): void {
    this.#running.delete(running);
    if (this.#running.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const [first] = this.#timer === undefined ? this.#running : [];
    if (first !== undefined) this.#timer = this.#clock.at(first.due, () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const running of this.#running) {
      if (running.due > now) break;
      this.#running.delete(running);
      running.expire();
    }
    this.#arm();
  }
}
