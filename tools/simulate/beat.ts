import type { Time } from "../robots/time.ts";

/**
 * The time of people who act on the beat: whatever they wait for is over at the next multiple of so many ms, so that many act at the very same moment, as in a rush where each thinks to be alone.
 * What goes wrong keeps no beat, nor do the services.
 */
export class Beat implements Time {
  readonly speed: number;
  readonly #time: Time;
  readonly #beat: number;

  /** @param beat in ms; 1 where each acts at a time of their own */
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
