import type { Parts } from "../../kernel/parts.ts";
import { PollingDelays } from "./polling-delays.ts";
import { Pause } from "./real-time.ts";

/** How long a stopping host waits for pending responses of a storage, in ms. */
export const lastPatience = 3_000;

export interface PollingOptions {
  /** The kind of work, for its accounting. */
  kind: string;
  /** The longest wait between two polls, in ms. */
  longest: number;
  /** Calls `told` when the application itself has written to it; returns a function that cancels this. */
  onWritten(told: () => void): () => void;
  /** Polls once, and returns whether something was found; must not reject. */
  look(): Promise<boolean>;
}

/**
 * Polls a queue or a container repeatedly, in the machine's time: at once after a poll that found something, then less and less often.
 *
 * A poll that finds nothing is no work. But once something is expected there is work, until a poll has found nothing. So the local Azure is not idle
 * between two messages, nor between the write of a message and its detection. If something is expected in a storage that cannot be reached, and never
 * found, it does not block anything.
 */
export class Polling {
  readonly #parts: Parts;
  readonly #options: PollingOptions;
  readonly #pause = new Pause();
  #stopped = false;
  /** Whether something may have arrived too late for the poll in progress. */
  #expecting = false;
  #endWork: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #unsubscribe: () => void = () => undefined;

  constructor(parts: Parts, options: PollingOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Does not wait for the storage, which may not be available yet. */
  start(): void {
    this.#unsubscribe = this.#options.onWritten(() => this.expect());
    this.#running = this.#run();
  }

  /** Something will be found: to be called in the turn in which that is known. */
  expect(): void {
    if (this.#stopped) return;
    this.#expecting = true;
    this.#endWork ??= this.#parts.work.begin(this.#options.kind);
    this.#pause.end();
  }

  /** Starts no further poll; `ended` resolves when the one in progress is over. */
  stop(): void {
    this.#unsubscribe();
    this.#stopped = true;
    this.#rest();
    this.#pause.end();
  }

  /** Resolves when the poll in progress at the stop is over; a storage that does not respond is not waited for. */
  async ended(): Promise<void> {
    const late = new Pause();
    await Promise.race([this.#running, late.for(lastPatience)]);
    late.end();
  }

  async #run(): Promise<void> {
    const delays = new PollingDelays(this.#parts.ids, this.#options.longest);
    let found = false;
    while (!this.#stopped) {
      this.#expecting = false;
      if (await this.#options.look()) {
        found = true;
        this.expect();
      } else if (!this.#expecting && !this.#stopped) {
        this.#rest();
        await this.#pause.for(delays.next(found));
        found = false;
      }
    }
  }

  #rest(): void {
    this.#endWork?.();
    this.#endWork = undefined;
  }
}
