/** Runs jobs with at most `limit` at a time, in the order they were added; can be held. */
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

  /** Begins the jobs that wait, and from now on those that are added. Before that none is begun. */
  open(): void {
    this.#held = false;
    this.#pump();
  }

  /** Starts no further job; resolves when those that run have ended. */
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
