import { UnderWay } from "../kernel/under-way.ts";
import type { Work } from "../kernel/work.ts";

/** For how long (ms of the machine's time) nothing else must have been in progress before an invocation counts as waiting, by default. */
const usualPatience = 1_000;
/** The approximate duration of a round, in ms. */
const roundTakes = 100;

interface Pending {
  quiet: number;
  readonly end: () => void;
}

/**
 * Counts invocations as work, but not for ever: one that waits for time to pass (a long poll, a handler that polls a status) must not hold up the
 * clock that it waits for. An invocation counts as waiting if, while the application's thread and the host both went round for a second, nothing but
 * such invocations was in progress anywhere. It still continues, and replies when it is done.
 */
export class WaitingInvocations {
  readonly #work: Work;
  readonly #round: () => Promise<void>;
  readonly #pending = new UnderWay<Pending>();
  readonly #quietRounds: number;
  #watching = false;

  /** `round` resolves when the application's thread has gone round its event loop, about a tenth of a second of machine time later. */
  constructor(work: Work, round: () => Promise<void>, patience = usualPatience) {
    this.#work = work;
    this.#quietRounds = Math.ceil(patience / roundTakes);
    this.#round = round;
  }

  /** Begins a piece of work as `Work.begin` does; the returned function ends it. */
  begin(kind: string): () => void {
    const pending: Pending = { quiet: 0, end: this.#work.begin(kind) };
    const number = this.#pending.add(pending);
    if (!this.#watching) void this.#watch();
    return () => {
      this.#pending.take(number);
      pending.end();
    };
  }

  async #watch(): Promise<void> {
    this.#watching = true;
    try {
      while (this.#pending.size > 0) {
        await this.#round();
        const all = Object.values(this.#work.pending).reduce((sum, count) => sum + count, 0);
        const quiet = all === this.#pending.size;
        for (const [number, pending] of this.#pending.entries()) {
          pending.quiet = quiet ? pending.quiet + 1 : 0;
          if (pending.quiet >= this.#quietRounds) this.#pending.take(number)?.end();
        }
      }
    } catch {
      // The thread has ended, and with it all its work.
    } finally {
      this.#watching = false;
    }
  }
}
