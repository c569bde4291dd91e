import type { Clock, Timer } from "../kernel/clock.ts";
import { UnderWay } from "../kernel/under-way.ts";

interface Running {
  readonly due: number;
  expire(): void;
}

/** Applies one limit to many runs. The run that began first is due first, so one timer is enough for all. */
export class TimeLimit {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #running = new UnderWay<Running>();
  #timer: Timer | undefined;

  /** @param limit in ms of the clock */
  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** Settles like `run`; once the limit has passed, rejects with the error from `expired`. */
  hold<T>(run: Promise<T>, expired: () => Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const number = this.#running.add({ due: this.#clock.now() + this.#limit, expire: () => reject(expired()) });
      this.#arm();
      run.then(
        (value) => {
          this.#end(number);
          resolve(value);
        },
        (error) => {
          this.#end(number);
          reject(error);
        },
      );
    });
  }

  #end(number: number): void {
    this.#running.take(number);
    if (this.#running.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const [first] = this.#timer === undefined ? this.#running.pieces() : [];
    if (first !== undefined) this.#timer = this.#clock.at(first.due, () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const [number, running] of this.#running.entries()) {
      if (running.due > now) break;
      this.#running.take(number);
      running.expire();
    }
    this.#arm();
  }
}
