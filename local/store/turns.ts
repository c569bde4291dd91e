/** The write in progress was cancelled because the store is closing. */
export class Stopped extends Error {}

/** The clock is checked after this many rows. */
const rowsAtOnce = 64;
/** How long a task may run before it yields, in ms. */
const longest = 2;

/** Lets long tasks run beside the commits, a piece at a time. */
export class Turns {
  readonly #stopped: () => boolean;
  #rows = 0;
  #began = performance.now();

  constructor(stopped: () => boolean) {
    this.#stopped = stopped;
  }

  /** Call before each row; returns a promise only if the task must yield. @throws Stopped if the store is closing */
  next(): Promise<void> | undefined {
    if (++this.#rows % rowsAtOnce !== 0 || performance.now() - this.#began < longest) return undefined;
    return new Promise((resolve, reject) =>
      setImmediate(() => {
        this.#began = performance.now();
        if (this.#stopped()) reject(new Stopped("The store closes."));
        else resolve();
      }),
    );
  }
}
