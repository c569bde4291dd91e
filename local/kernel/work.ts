/**
 * Counts what is under way, so that "everything has settled" is a fact and not a guess.
 * A part begins work in the same turn in which it learns of it (a commit, an accepted event, a message), and ends it when the
 * consequences are handed on; then no gap exists in which the count is zero and something is still to come.
 */
export class Work {
  readonly #pending = new Map<string, number>();
  #count = 0;
  #waiting: (() => void)[] = [];

  /** Begins a piece of work; call the returned function once, when it is done. `kind` is for the report in `pending`. */
  begin(kind: string): () => void {
    this.#count++;
    this.#pending.set(kind, (this.#pending.get(kind) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#count--;
      const left = (this.#pending.get(kind) ?? 1) - 1;
      if (left === 0) this.#pending.delete(kind);
      else this.#pending.set(kind, left);
      if (this.#count === 0) this.#wakeWaiting();
    };
  }

  /** Counts `promise` as work until it settles. */
  async track<T>(kind: string, promise: Promise<T>): Promise<T> {
    const end = this.begin(kind);
    try {
      return await promise;
    } finally {
      end();
    }
  }

  /** How much is under way now. */
  get count(): number {
    return this.#count;
  }

  /** What is under way now, by kind. */
  get pending(): Record<string, number> {
    return Object.fromEntries(this.#pending);
  }

  /** Resolves once nothing is under way and nothing new began in the turns that followed. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      if (this.#count > 0) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        quiet = 0;
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
      quiet = this.#count === 0 ? quiet + 1 : 0;
    }
  }

  #wakeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
