/**
 * Counts the work in progress, so that "everything has settled" is a fact and not a guess.
 * A part begins work in the same turn in which it learns of it (a commit, an accepted event, a message), and ends it once the consequences are handed
 * on. So the count is never zero while something is still to follow.
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

  /** The number of pieces in progress. */
  get count(): number {
    return this.#count;
  }

  /** The number of pieces in progress, by kind. */
  get pending(): Record<string, number> {
    return Object.fromEntries(this.#pending);
  }

  /** Resolves once nothing is in progress and nothing new began in the following turns. */
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
