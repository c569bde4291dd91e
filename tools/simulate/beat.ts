import type { Time } from "../robots/time.ts";

/**
 * Time in steps: every wait ends at the next multiple of this many ms, so that many people act at the same moment, as in a rush in which nobody knows
 * of the others.
 * Faults and services do not follow the beat.
 */
export class Beat implements Time {
  readonly speed: number;
  readonly #time: Time;
  readonly #beat: number;

  /** @param beat in ms; 1 if everybody acts at their own time */
  constructor(time: Time, beat: number) {
    this.#time = time;
    this.#beat = beat;
    this.speed = time.speed;
  }

  now(): number {
    return this.#time.now();
  }

  after(milliseconds: number, run: () => void): () => void {
    const now = this.now();
    const due = Math.ceil((now + milliseconds) / this.#beat) * this.#beat;
    return this.#time.after(due - now, run);
  }

  during<T>(work: Promise<T>): Promise<T> {
    return this.#time.during(work);
  }
}
