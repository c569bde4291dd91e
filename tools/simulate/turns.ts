import type { InTurn } from "../robots/network.ts";

/** So long (ms of the machine) is waited for somebody who never comes. */
const patience = 2_000;

/** Of one device. */
export interface Seat {
  inTurn: InTurn;
  /**
   * It wants a turn as soon as the machine lets it, to dial anew since its connection was closed; or it has asked for it, or wants none any more. Nobody else has a turn before that. What
   * else the same device asks for meanwhile is not it.
   */
  expects(it: boolean): void;
}

interface Waiting {
  seat: number;
  go(): void;
}

/**
 * Requests by turns: all devices that have something to ask when nothing is under way ask at the same moment, and whoever comes later has the next turn, when all that follows from this one is done.
 * In which order those of one turn ask is not for sockets to decide, nor for the machine, but for the seed, and a day can be had again.
 */
export class Turns {
  readonly #settle: () => Promise<void>;
  readonly #chance: () => number;
  #waiting: Waiting[] = [];
  #seats = 0;
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
    if (this.#expected.delete(seat)) void this.#next();
  }

  async #take<T>(seat: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((go) => {
      this.#waiting.push({ seat, go });
      void this.#next();
    });
    try {
      return await work();
    } finally {
      this.#going--;
      void this.#next();
    }
  }

  /** Whoever else has something to ask is to be there. */
  async #next(): Promise<void> {
    if (this.#choosing || this.#going > 0) return;
    this.#choosing = true;
    await this.#settle();
    this.#choosing = false;
    if (this.#going > 0 || this.#expected.size > 0 || this.#waiting.length === 0) return;
    const those = this.#inOrder(this.#waiting);
    this.#waiting = [];
    this.#going = those.length;
    for (const { go } of those) go();
  }

  /** By chance, and what one device asks in the order in which it does. */
  #inOrder(waiting: readonly Waiting[]): Waiting[] {
    const seats = [...new Set(waiting.map(({ seat }) => seat))].sort((a, b) => a - b);
    const places = new Map(seats.map((seat) => [seat, this.#chance()]));
    return waiting.toSorted((a, b) => (places.get(a.seat) ?? 0) - (places.get(b.seat) ?? 0));
  }
}
