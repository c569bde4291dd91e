import { promisify } from "node:util";
import { TimerHeap } from "../../kernel/timer-heap.ts";

type Run = (...given: unknown[]) => void;
type HeapEntry = ReturnType<TimerHeap["add"]>;

/** The longest delay of Node's timers; a longer or invalid one fires at once. */
const longest = 2 ** 31 - 1;

/** The timers of a thread that runs by turns: they use the host's virtual time, and fire only in the thread's turns. */
export class TurnTimers {
  readonly #heap = new TimerHeap();
  #now = 0;

  /** When the next timer is due; `undefined` if none is set. */
  get nextDue(): number | undefined {
    return this.#heap.peek()?.due;
  }

  /** Replaces Node's timers. */
  install(): void {
    const set = (run: Run, delay?: number, ...given: unknown[]) => this.#set(run, delay, given, false);
    const setEvery = (run: Run, delay?: number, ...given: unknown[]) => this.#set(run, delay, given, true);
    const pause = (delay?: number, value?: unknown) => new Promise((over) => set(over, delay, value));
    Object.defineProperty(set, promisify.custom, { value: pause });
    const clear = (timer: unknown) => {
      if (timer instanceof TurnTimer) timer.close();
    };
    Object.assign(globalThis, {
      setTimeout: set,
      setInterval: setEvery,
      clearTimeout: clear,
      clearInterval: clear,
    });
  }

  #set(run: Run, delay: number | undefined, given: unknown[], again: boolean): TurnTimer {
    if (typeof run !== "function") throw new TypeError("What a timer runs must be a function.");
    return new TurnTimer(this, () => run(...given), delay, again);
  }

  /** Sets a timer: `run` is called in the turn in which this number of ms has passed. @returns the argument for `remove` */
  add(delay: number, run: () => void): HeapEntry {
    return this.#heap.add(this.#now + delay, run);
  }

  /** Removes a timer; does nothing if it has already fired. */
  remove(entry: HeapEntry): void {
    this.#heap.remove(entry);
  }

  /** Moves on to a time, and fires the timers that are due, in order. */
  async goOnTo(now: number): Promise<void> {
    this.#now = Math.max(this.#now, now);
    for (let next = this.#heap.peek(); next !== undefined && next.due <= this.#now; next = this.#heap.peek()) {
      this.#heap.remove(next);
      next.run();
      await new Promise((turn) => setImmediate(turn));
    }
  }
}

/** The return value of `setTimeout`. */
class TurnTimer {
  readonly #timers: TurnTimers;
  readonly #run: () => void;
  readonly #delay: number;
  readonly #again: boolean;
  #entry: HeapEntry | undefined;

  constructor(timers: TurnTimers, run: () => void, delay = 1, again = false) {
    this.#timers = timers;
    this.#run = run;
    this.#delay = delay >= 1 && delay <= longest ? Math.trunc(delay) : 1;
    this.#again = again;
    this.refresh();
  }

  refresh(): this {
    this.close();
    this.#entry = this.#timers.add(this.#delay, () => {
      this.#entry = undefined;
      if (this.#again) this.refresh();
      this.#run();
    });
    return this;
  }

  close(): this {
    if (this.#entry) this.#timers.remove(this.#entry);
    this.#entry = undefined;
    return this;
  }

  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return this.#entry !== undefined;
  }
  [Symbol.dispose](): void {
    this.close();
  }
}
