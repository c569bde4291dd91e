import type { InTurn } from "../robots/network.ts";

/** How long (ms of the machine) to wait for an expected request. */
const patience = 2_000;

/** A device's share in the turns. */
export interface Seat {
  inTurn: InTurn;
  /**
   * Whether the device is going to request a turn as soon as it can, to reconnect after its connection was closed. Nobody else gets a turn until it
   * has requested one, or needs none any more. Other requests of the device do not count.
   */
  expects(it: boolean): void;
}

interface Waiting {
  seat: number;
  go(): void;
}

/**
 * Requests in turns. All devices that have a request when nothing is in progress send it at the same moment; later ones get the next turn, when all
 * consequences of this one are complete.
 * The seed, and not sockets or the machine, decides the order within a turn, so that a day is reproducible.
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

  /** Waits for all others that have a request. */
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

  /** In random order; the requests of one device stay in their own order. */
  #inOrder(waiting: readonly Waiting[]): Waiting[] {
    const seats = [...new Set(waiting.map(({ seat }) => seat))].sort((a, b) => a - b);
    const places = new Map(seats.map((seat) => [seat, this.#chance()]));
    return waiting.toSorted((a, b) => (places.get(a.seat) ?? 0) - (places.get(b.seat) ?? 0));
  }
}
