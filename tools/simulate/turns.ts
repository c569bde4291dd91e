import type { InTurn } from "../robots/network.ts";

/** How long (ms of the machine) to wait for an expected request. */
const patience = 2_000;

/** A device's share in the turns. */
export interface Seat {
  inTurn: InTurn;
  /**
   * Announces that the device will request a turn, to reconnect after its connection was closed; `false` withdraws that. Until then no turn begins.
   * Other requests of the device do not count.
   */
  expects(it: boolean): void;
}

interface Waiting {
  seat: number;
  go(): void;
}

/**
 * Requests in turns. A turn begins when nothing is in progress: all devices with a pending request send it at the same moment. Requests that come
 * later wait for the next turn, when all consequences of this one are complete. The order within a turn comes from the seed, not from sockets or
 * the machine, so that a day is reproducible.
 */
export class Turns {
  readonly #settle: () => Promise<void>;
  readonly #chance: () => number;
  #waiting: Waiting[] = [];
  #seats = 0;
  #going = 0;
  #choosing = false;
  readonly #expected = new Map<number, NodeJS.Timeout>();

  /** @param settle resolves once everything in progress has reached everybody */
  constructor(settle: () => Promise<void>, chance: () => number) {
    this.#settle = settle;
    this.#chance = chance;
  }

  /** Adds a device. */
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

  /** Begins the next turn, if nothing is in progress and no device is expected to request one. */
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

  /** The requests in random order of devices. The requests of one device keep their order. */
  #inOrder(waiting: readonly Waiting[]): Waiting[] {
    const seats = [...new Set(waiting.map(({ seat }) => seat))].sort((a, b) => a - b);
    const places = new Map(seats.map((seat) => [seat, this.#chance()]));
    return waiting.toSorted((a, b) => (places.get(a.seat) ?? 0) - (places.get(b.seat) ?? 0));
  }
}
