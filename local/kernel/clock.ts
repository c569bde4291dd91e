import { TimerHeap } from "./timer-heap.ts";

/** A timer that has been set. Cancelling one that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** The only source of time in the local Azure. Nothing in `local/` reads `Date` or sets a timer directly. */
export interface Clock {
  /** The current time, in milliseconds since the epoch. */
  now(): number;
  /** Runs `run` once `now()` has reached `due` (milliseconds since the epoch); at the next turn if it already has. */
  at(due: number, run: () => void): Timer;
  /** The same after a delay in milliseconds. */
  after(delay: number, run: () => void): Timer;
}

/** The latest time that the clock can reach: not all services could write a later one. */
const lastMoment = Date.parse("9999-12-31T23:59:59Z");

/** The longest delay of a Node timer; a longer wait consists of several. */
const longestNodeTimer = 2 ** 31 - 1;

/**
 * A clock that runs with the machine's (plus an offset) or is held, and that can be advanced.
 * Its state is in shared memory, so that the `Date` of an application's worker thread is the same clock.
 */
export class ServiceClock implements Clock {
  /** Two signed 64-bit integers: the offset from machine time in ms; the held time in ms, or 0 while the clock runs. */
  readonly shared: SharedArrayBuffer;
  readonly #cells: BigInt64Array;
  /** Copies of the two numbers, which only this clock writes: each read from shared memory would allocate two 64-bit integers. */
  #offset = 0;
  #heldAt = 0;
  readonly #timers = new TimerHeap();
  #wake: NodeJS.Timeout | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(options: { offset?: number; heldAt?: number } = {}) {
    this.shared = new SharedArrayBuffer(16);
    this.#cells = new BigInt64Array(this.shared);
    this.#set(Math.round(options.offset ?? 0), Math.round(options.heldAt ?? 0));
  }

  now(): number {
    return this.#heldAt !== 0 ? this.#heldAt : Date.now() + this.#offset;
  }

  /** How far the clock is ahead of the machine's, in milliseconds. */
  get offset(): number {
    return this.now() - Date.now();
  }

  get held(): boolean {
    return this.#heldAt !== 0;
  }

  /** Holds the clock at its current time; from then on only `advance` moves it. */
  hold(): void {
    if (this.held) return;
    this.#set(this.#offset, this.now());
    this.#schedule();
  }

  /** Lets the clock run again, from the time at which it was held. */
  release(): void {
    if (!this.held) return;
    this.#set(this.#heldAt - Date.now(), 0);
    this.#schedule();
  }

  at(due: number, run: () => void): Timer {
    // The clock has whole milliseconds. A fraction would never be reached exactly, and an advance would wait for it.
    const entry = this.#timers.add(Math.ceil(due), run);
    if (due < this.#wakeAt) this.#schedule();
    return { cancel: () => this.#timers.remove(entry) };
  }

  after(delay: number, run: () => void): Timer {
    return this.at(this.now() + delay, run);
  }

  /** When the next timer is due, or `undefined` if none is set. */
  get nextDue(): number | undefined {
    return this.#timers.peek()?.due;
  }

  /**
   * Moves time forward by `milliseconds`, and fires every timer on the way at its own time and in order.
   * `settle` is awaited before the first step and after each, so that all consequences of one instant are complete before the next.
   * `signal` stops it between two instants.
   * @throws RangeError if time would move backwards, or beyond the latest time
   */
  async advance(milliseconds: number, settle: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    if (!(milliseconds >= 0)) throw new RangeError(`Time only moves forward: ${milliseconds} ms is not a step.`);
    if (this.now() + milliseconds > lastMoment)
      throw new RangeError(`Time ends with the year 9999 here: ${milliseconds / 86_400_000} d is too far.`);
    await settle();
    const target = this.now() + milliseconds;
    for (let due = this.nextDue; due !== undefined && due <= target; due = this.nextDue) {
      if (signal?.aborted) return this.#schedule();
      this.#moveTo(due);
      this.#fireDue();
      await settle();
    }
    if (!signal?.aborted) this.#moveTo(target);
    this.#schedule();
  }

  /** Moves time forward at once, as for a machine that slept: timers that became due on the way fire now, late but in order. */
  leap(milliseconds: number): void {
    if (!(milliseconds >= 0)) throw new RangeError(`Time only moves forward: ${milliseconds} ms is not a step.`);
    this.#moveTo(this.now() + milliseconds);
    this.#fireDue();
    this.#schedule();
  }

  /** Cancels every timer; none can be set afterwards. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#wake);
    this.#timers.clear();
  }

  #moveTo(time: number): void {
    const step = Math.round(time - this.now());
    if (step <= 0) return;
    if (this.held) this.#set(this.#offset, this.#heldAt + step);
    else this.#set(this.#offset + step, 0);
  }

  #set(offset: number, heldAt: number): void {
    this.#offset = offset;
    this.#heldAt = heldAt;
    Atomics.store(this.#cells, 0, BigInt(offset));
    Atomics.store(this.#cells, 1, BigInt(heldAt));
  }

  #fireDue(): void {
    for (let next = this.#timers.peek(); next !== undefined && next.due <= this.now(); next = this.#timers.peek()) {
      this.#timers.remove(next);
      next.run();
    }
  }

  #schedule(): void {
    clearTimeout(this.#wake);
    this.#wakeAt = Number.POSITIVE_INFINITY;
    const next = this.#timers.peek();
    if (next === undefined || this.#closed) return;
    // A held clock still fires timers that are already due.
    if (this.held && next.due > this.now()) return;
    this.#wakeAt = next.due;
    const delay = Math.min(Math.max(next.due - this.now(), 0), longestNodeTimer);
    this.#wake = setTimeout(() => {
      this.#fireDue();
      this.#schedule();
    }, delay);
  }
}

/** Reads the shared cells of a `ServiceClock`; `machineTime` is the machine's time in ms. */
export function readSharedClock(cells: BigInt64Array, machineTime: number): number {
  const held = Atomics.load(cells, 1);
  return held !== 0n ? Number(held) : machineTime + Number(Atomics.load(cells, 0));
}
