import { oneOf } from "../robots/chance.ts";
import type { InTurn } from "../robots/network.ts";

/** So long (ms of the machine) is waited for somebody who never comes. */
const patience = 2_000;

/** Of one device. */
export interface Seat {
  inTurn: InTurn;
  /** It wants a turn as soon as the machine lets it (its connection was closed, and it dials anew), or no more: nobody else has one before that. */
  expects(it: boolean): void;
}

/**
 * One device after the other: a request of another waits until that of the one before is answered and all that follows from it is done. Who is first when
 * several act at the same moment is then not for threads to decide, nor for the machine, but for the seed, and a day can be had again. What one device does at once (two taps) stays so.
 */
export class Turns {
  readonly #settle: () => Promise<void>;
  readonly #chance: () => number;
  readonly #waiting: { seat: number; go: () => void }[] = [];
  #seats = 0;
  #holder: number | undefined;
  #going = 0;
  #choosing = false;
  readonly #expected = new Map<number, NodeJS.Timeout>();

  /** @param settle resolves once all that is under way has come to everybody */
  constructor(settle: () => Promise<void>, chance: () => number) {
    this.#settle = settle;
    this.#chance = chance;
  }

  /** For one more device. */
  seat(): Seat {
    const seat = this.#seats++;
    return {
      inTurn: (work) => this.#take(seat, work),
      expects: (it) => {
        if (!it) return this.#isThere(seat);
        clearTimeout(this.#expected.get(seat));
        const timer = setTimeout(() => this.#isThere(seat), patience);
        this.#expected.set(seat, timer);
      },
    };
  }

  #isThere(seat: number): void {
    clearTimeout(this.#expected.get(seat));
    if (this.#expected.delete(seat)) void this.#start();
  }

  async #take<T>(seat: number, work: () => Promise<T>): Promise<T> {
    // Who dials anew comes later than whatever else it does.
    if (this.#holder === seat && !this.#expected.has(seat)) this.#going++;
    else
      await new Promise<void>((go) => {
        this.#waiting.push({ seat, go });
        this.#isThere(seat);
        void this.#start();
      });
    try {
      return await work();
    } finally {
      await this.#settle();
      if (--this.#going === 0) {
        this.#holder = undefined;
        this.#choose();
      }
    }
  }

  /** Whoever else acts upon the same is to be there. */
  async #start(): Promise<void> {
    if (this.#choosing || this.#holder !== undefined) return;
    this.#choosing = true;
    await this.#settle();
    this.#choosing = false;
    this.#choose();
  }

  #choose(): void {
    if (this.#expected.size > 0 || this.#waiting.length === 0) return;
    const seats = [...new Set(this.#waiting.map(({ seat }) => seat))].sort((a, b) => a - b);
    const next = oneOf(this.#chance(), seats);
    this.#holder = next;
    const theirs = this.#waiting.filter(({ seat }) => seat === next);
    this.#going = theirs.length;
    this.#waiting.splice(0, Infinity, ...this.#waiting.filter(({ seat }) => seat !== next));
    for (const { go } of theirs) go();
  }
}
