import type { ServiceClock } from "./clock.ts";

/** The slowest and the fastest that time can be asked to pass, as times the machine's. */
const slowest = 0.1;
const fastest = 1_000;

/** Time moves on so often, in ms of the machine's. */
const stepEvery = 50;
/** Where the work takes longer than this (ms), time moves on without it: one call that never ends does not stop it. */
const patience = 500;
/** What is written down is so far ahead of the clock (ms of the machine's), so that not every step is. */
const writtenAhead = 1_000;

/** The machine's time, as the pace needs it. */
export interface Machine {
  /** Milliseconds since any moment. */
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

const thisMachine: Machine = {
  now: () => performance.now(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref()),
};

export interface PaceOptions {
  /** Resolves once nothing is under way. */
  settle(): Promise<void>;
  /** Writes down that the clock may have come as far as this (ms since the epoch). */
  save(time: number): Promise<void>;
  machine?: Machine;
}

/**
 * How fast a clock goes. At another speed than the machine's it is held, and moved on in small steps that fire every timer at its own instant and
 * let its consequences settle: time goes as fast as it is asked to, and slower where the work does not keep up, so that no time-out ends what is
 * merely fast-forwarded.
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

  /** Times the machine's; 0 while the clock is held. */
  get speed(): number {
    return this.#speed;
  }

  /**
   * From now on time passes so many times as fast as the machine's: 1 is its own, 0 holds it. Resolves once no step of another speed is under way.
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
        // A disk that refuses has told whoever wrote last; it does not stop time.
        await this.#options.save(writtenUntil).catch(() => undefined);
      }
      await this.#clock.advance(step, () => Promise.race([this.#options.settle(), this.#machine.pause(patience)]));
    }
  }
}
