/** What is being written is not gone on with: the store closes. */
export class Stopped extends Error {}

/** After so many rows the clock is looked at. */
const rowsAtOnce = 64;
/** How long one may go on before others get their turn, in ms. */
const longest = 2;

/** Lets long work go on beside the commits: a piece at a time. */
export class Turns {
  readonly #stopped: () => boolean;
  #rows = 0;
  #began = performance.now();

  constructor(stopped: () => boolean) {
    this.#stopped = stopped;
  }

  /** Before each row; there is something to be waited for only when it is the turn of others. @throws Stopped when the store closes */
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
