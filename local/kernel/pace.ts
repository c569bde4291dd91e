import type { ServiceClock } from "./clock.ts";

/** The slowest and the fastest speed, as multiples of the machine's. */
const slowest = 0.1;
const fastest = 1_000;

/** The interval between two steps, in ms of the machine's time. */
const stepEvery = 50;
/** If the work takes longer than this (ms), time moves on without it, so that a call that never ends does not stop time. */
const patience = 500;
/** The stored time is this far ahead of the clock (ms of the machine's time), so that not every step has to be stored. */
const writtenAhead = 1_000;

/** The machine's time, injected. */
export interface Machine {
  /** Milliseconds since an arbitrary moment. */
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

const thisMachine: Machine = {
  now: () => performance.now(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
};

export interface PaceOptions {
  /** Resolves once nothing is in progress. */
  settle(): Promise<void>;
  /** Stores that the clock may have reached this time (ms since the epoch). */
  save(time: number): Promise<void>;
  machine?: Machine;
}

/**
 * The speed of a clock. At another speed than the machine's, the clock is held and advanced in small steps, which fire every timer at its own instant
 * and let its consequences settle. Time passes at the requested speed, or slower if the work does not keep up, so that fast-forwarding does not make
 * time-outs fire.
 */
export class Pace {
  readonly #clock: ServiceClock;
  readonly #options: PaceOptions;
  readonly #machine: Machine;
  #speed: number;
  #stepping: Promise<void> = Promise.resolve();
  #turn = 0;

  constructor(clock: ServiceClock, options: PaceOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#machine = options.machine ?? thisMachine;
    this.#speed = clock.held ? 0 : 1;
  }

  /** A multiple of the machine's speed; 0 while the clock is held. */
  get speed(): number {
    return this.#speed;
  }

  /**
   * Sets the speed as a multiple of the machine's: 1 is its own, 0 holds the clock. Resolves once no step of the earlier speed is in progress.
   * @throws RangeError
   */
  async set(speed: number): Promise<void> {
    if (!(speed === 0 || (speed >= slowest && speed <= fastest)))
      throw new RangeError(`Time cannot pass ${speed} times as fast; it can pass ${slowest} to ${fastest} times.`);
    const turn = ++this.#turn;
    this.#speed = speed;
    if (speed === 1) this.#clock.release();
    else this.#clock.hold();
    await this.#stepping;
    if (turn !== this.#turn || speed === 0 || speed === 1) return;
    this.#stepping = this.#run(turn, speed);
  }

  /** Ends the steps; the clock stays as it is. */
  async stop(): Promise<void> {
    this.#turn++;
    await this.#stepping;
  }

  async #run(turn: number, speed: number): Promise<void> {
    let writtenUntil = Number.NEGATIVE_INFINITY;
    for (let last = this.#machine.now(); turn === this.#turn; ) {
      await this.#machine.pause(stepEvery);
      if (turn !== this.#turn) return;
      const now = this.#machine.now();
      // Time that the work took is not made up for in one leap.
      const step = Math.min(now - last, 4 * stepEvery) * speed;
      last = now;
      const target = this.#clock.now() + step;
      if (target > writtenUntil) {
        writtenUntil = target + writtenAhead * speed;
        // If the disk refuses, the last writer has already had the error; it does not stop time.
        await this.#options.save(writtenUntil).catch(() => undefined);
      }
      await this.#clock.advance(step, () => Promise.race([this.#options.settle(), this.#machine.pause(patience)]));
    }
  }
}
