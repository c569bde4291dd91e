import type { Ids } from "./ids.ts";
import { RepeatableBytes } from "./repeatable-bytes.ts";

/** Ids and random numbers that are the same for the same seed. The sequences of two seeds have nothing in common. */
export class RepeatableIds implements Ids {
  #stream!: RepeatableBytes;
  /** A separate sequence: drawing one more id must not change all later random numbers. */
  #chance!: RepeatableBytes;

  constructor(seed: number) {
    this.begin(seed);
  }

  /** Starts both sequences anew. */
  begin(seed: number): void {
    this.#stream = new RepeatableBytes(`${seed}`);
    this.#chance = new RepeatableBytes(`${seed}chance`);
  }

  bytes(count: number): Buffer {
    return this.#stream.next(count);
  }

  random(): number {
    return this.#chance.random();
  }

  uuid(): string {
    return this.#stream.uuid();
  }
}
