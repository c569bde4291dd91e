import type { Clock } from "../../local/kernel/clock.ts";

/** The stand's time, as robots live by it. */
export interface Time {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `run` after so many ms; returns what cancels that. */
  after(milliseconds: number, run: () => void): () => void;
  /** Work whose end is to be waited for before time is moved on by hand. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Learns the stand's time from a reply. */
  observe?(now: string): void;
  /** How many times as fast as the machine's it goes. */
  readonly speed: number;
}

/** The longest that a Node timer takes. */
const longestTimer = 2 ** 31 - 1;

/** The machine's time, or so many times as fast: of a stand that runs in another process, or elsewhere. */
export class MachineTime implements Time {
  readonly speed: number;
  #stand = Date.now();
  #machine = performance.now();

  constructor(speed = 1) {
    this.speed = speed;
  }

  now(): number {
    return this.#stand + (performance.now() - this.#machine) * this.speed;
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = setTimeout(run, Math.min(longestTimer, milliseconds / this.speed));
    return () => clearTimeout(timer);
  }

  during<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  observe(now: string): void {
    const told = Date.parse(now);
    // What a reply took on its way is no reason to go back.
    if (Number.isNaN(told) || Math.abs(told - this.now()) < 2_000 * this.speed) return;
    this.#stand = told;
    this.#machine = performance.now();
  }
}

/** The clock of a local Azure in this process: held, hastened or moved on, robots go with it. */
export class ClockTime implements Time {
  readonly #clock: Clock;
  readonly #speed: () => number;

  constructor(clock: Clock, speed: () => number) {
    this.#clock = clock;
    this.#speed = speed;
  }

  get speed(): number {
    return this.#speed();
  }
  now(): number {
    return this.#clock.now();
  }
  after(milliseconds: number, run: () => void): () => void {
    const timer = this.#clock.after(milliseconds, run);
    return () => timer.cancel();
  }
  during<T>(work: Promise<T>): Promise<T> {
    return work;
  }
}

/** What moves the time of a stand in this process. */
export interface Movable {
  now(): number;
  /** In ms. */
  advance(milliseconds: number): Promise<void>;
  settle(): Promise<void>;
}

/**
 * Time that is moved on from one thing that a robot waits for to the next, each time once nothing is under way: an hour of a crowd takes as long as
 * its work, and nobody waits.
 */
export class SteppedTime implements Time {
  readonly speed = 1;
  readonly #stand: Movable;
  readonly #waiting = new Set<{ due: number; run: () => void }>();
  #busy = 0;
  readonly #idle: (() => void)[] = [];

  constructor(stand: Movable) {
    this.#stand = stand;
  }

  now(): number {
    return this.#stand.now();
  }

  after(milliseconds: number, run: () => void): () => void {
    const entry = { due: Math.ceil(this.now() + milliseconds), run };
    this.#waiting.add(entry);
    return () => this.#waiting.delete(entry);
  }

  async during<T>(work: Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await work;
    } finally {
      this.#busy--;
      if (this.#busy === 0) for (const wake of this.#idle.splice(0)) wake();
    }
  }

  /** Moves time on until `done` has come to its end, and returns what it gives. */
  async run<T>(done: Promise<T>): Promise<T> {
    let over = false;
    const end = () => {
      over = true;
    };
    done.then(end, end);
    while (!over) {
      await this.#quiet();
      const due = Math.min(...[...this.#waiting].map((entry) => entry.due));
      if (due === Number.POSITIVE_INFINITY) continue;
      if (due > this.now()) await this.#stand.advance(due - this.now());
      for (const entry of [...this.#waiting]) {
        if (entry.due > this.now()) continue;
        this.#waiting.delete(entry);
        entry.run();
      }
    }
    return done;
  }

  /** Until nothing is under way here or there. An answer is taken in, and what was pushed is read from its socket, within some turns. */
  async #quiet(): Promise<void> {
    for (let quiet = 0; quiet < 5; ) {
      if (this.#busy > 0) {
        await new Promise<void>((wake) => this.#idle.push(wake));
        quiet = 0;
      }
      await this.#stand.settle();
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#busy === 0 ? quiet + 1 : 0;
    }
  }
}
