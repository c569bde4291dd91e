import { UnderWay } from "../kernel/under-way.ts";
import type { Work } from "../kernel/work.ts";

/** So long (ms of the machine's time) nothing else must have been under way before an invocation counts as waiting, where nobody says otherwise. */
const usualPatience = 1_000;
/** About so long takes a round, in ms. */
const roundTakes = 100;

interface Pending {
  quiet: number;
  readonly end: () => void;
}

/**
 * Counts invocations as work, but not for ever: one that waits for what only time brings (a long poll, a handler that asks for a status again and
 * again) must not hold up the clock that it waits for. An invocation counts as waiting when the application's thread and the host have both gone
 * round for a second and meanwhile nothing but such invocations was under way anywhere. It goes on all the same and answers when it is done.
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
      // The thread has ended, and with it whatever was under way in it.
    } finally {
      this.#watching = false;
    }
  }
}
