/** Runs jobs in the order in which they were added, at most `limit` at a time; can be held. */
export class Lane {
  readonly #limit: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  #head = 0;
  #running = 0;
  #held = true;
  #emptied: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds a job; it must not reject. */
  add(job: () => Promise<void>): void {
    this.#waiting.push(job);
    this.#pump();
  }

  /** Starts the waiting jobs, and later ones when they are added. Before that no job starts. */
  open(): void {
    this.#held = false;
    this.#pump();
  }

  /** Starts no further job; resolves once the running ones have ended. */
  hold(): Promise<void> {
    this.#held = true;
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#emptied.push(resolve));
  }

  #pump(): void {
    while (!this.#held && this.#running < this.#limit && this.#head < this.#waiting.length) {
      const job = this.#waiting[this.#head++];
      if (this.#head > 1000 && this.#head * 2 > this.#waiting.length) {
        this.#waiting.splice(0, this.#head);
        this.#head = 0;
      }
      if (job !== undefined) this.#run(job);
    }
  }

  async #run(job: () => Promise<void>): Promise<void> {
    this.#running++;
    await job();
    this.#running--;
    this.#pump();
    if (this.#running === 0) for (const emptied of this.#emptied.splice(0)) emptied();
  }
}
