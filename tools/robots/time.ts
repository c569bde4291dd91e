import type { Clock } from "../../local/kernel/clock.ts";

/** The stand's time, as the robots use it. */
export interface Time {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `run` after this many ms; returns a function that cancels it. */
  after(milliseconds: number, run: () => void): () => void;
  /** Marks work that has to end before stepped time moves. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Adjusts to the time in a reply. */
  observe?(now: string): void;
  /** Speed relative to the machine's time. */
  readonly speed: number;
}

/** The maximum of a Node timer. */
const longestTimer = 2 ** 31 - 1;

/** The machine's time, possibly accelerated: for a stand in another process, or elsewhere. */
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
    // The latency of a reply is no reason to go back.
    if (Number.isNaN(told) || Math.abs(told - this.now()) < 2_000 * this.speed) return;
    this.#stand = told;
    this.#machine = performance.now();
  }
}

/** The clock of a local Azure in this process: robots follow when it is stopped, accelerated or moved. */
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

/** Moves the time of a stand in this process. */
export interface Movable {
  now(): number;
  /** In ms. */
  advance(milliseconds: number): Promise<void>;
  settle(): Promise<void>;
}

/**
 * Stepped time: it jumps to the next moment that a robot waits for, each time once nothing is in progress. An hour of a crowd takes as long as its
 * work, without idle waiting.
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

  /** Moves time until `done` is settled, and returns its result. */
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

  /**
   * Waits until nothing is in progress here or in the stand. It takes some turns of the event loop to process a response and to read pushes from
   * their sockets.
   */
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
